"""The steps, oldest first; each only expands what the release before it reads."""
