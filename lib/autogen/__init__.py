"""Run AutoGen's agents on a model: one fresh agent a turn."""
