"""Measure what the functions cost, against the least that could do the same."""
