"""Tests that debates survive each fault of scripts/faults."""
