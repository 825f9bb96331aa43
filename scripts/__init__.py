"""Scripts that run, check and deploy the functions."""
