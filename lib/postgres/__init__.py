"""Reach PostgreSQL: the pool, the listening connection, errors and named statements.

Imported by the rooms that store something. Public modules: pool, connection, listener, faults, statements.
"""
