"""Generate openapi.json and docs.html from the manifest and the contract."""
