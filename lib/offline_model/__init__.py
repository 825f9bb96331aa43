"""Debate without a model: rules that quote and count what the material says."""
