"""Make a checked verdict of what the judge says."""
