"""The schema `debates`, step by step; nothing outside it is touched.

Imported by no room; run as `python -m lib.migrations`. A new step is a file in versions/ that only expands the schema:
the release before must still run on it.
"""
