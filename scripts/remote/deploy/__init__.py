"""Deployment to Railway, service by service, for scripts/deploy."""
