"""The client of a model's server."""
