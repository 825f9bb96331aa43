"""Measures of a model's debates on a fixed set of articles, for scripts/evaluate."""
