"""The functions: one module an endpoint, listed in manifest.toml.

Only lib/router.py imports them, by the names in the manifest.
"""
