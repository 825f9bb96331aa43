"""Serve the generated description of all functions: openapi.json and docs.html."""
