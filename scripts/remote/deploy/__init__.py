"""Bring Railway to what functions/manifest.toml says, service by service, and touch nothing else there."""
