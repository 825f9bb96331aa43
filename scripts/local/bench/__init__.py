"""Measurements of the functions against floors, for scripts/bench."""
