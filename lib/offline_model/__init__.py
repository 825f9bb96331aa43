"""Debate without a model: rules that quote and count what the material says.

Only lib.autogen.offline imports it. Public module: model.
"""
