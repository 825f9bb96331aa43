"""Fault injection into running debates, for scripts/faults and the tests."""
