"""Checks of deployed functions against functions/manifest.toml, for scripts/smoke."""
