"""See that functions which run somewhere answer as functions/manifest.toml declares."""
