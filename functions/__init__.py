"""The functions: one module an endpoint, listed in manifest.toml."""
