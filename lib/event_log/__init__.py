"""The append-only log of each debate: one writer, any number of readers.

Imported by debates, moderator, streaming and documents. Public modules: entry (one event as it is sent), feed (Batch),
reader, appenders and appender (writing under an epoch), transactional (first and last event), channels.
"""
