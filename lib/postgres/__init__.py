"""Reach PostgreSQL: a pool, a connection that listens, named statements."""
