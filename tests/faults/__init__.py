"""The faults that debates survive."""
