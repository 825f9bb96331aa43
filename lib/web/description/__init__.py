"""Serve openapi.json and docs.html, which scripts/generate writes from the manifest.

Imported by functions/openapi.py and functions/docs.py: `document`.
"""
