"""What one can do with a debate: start, claim, steer, cancel, delete and list debates, and read a result.

Functions, lib/streaming, lib/documents and lib/moderator import it. A module a verb: start, claim, steer, cancel,
delete, listing, result; debate (the row) and progress (the fold of its events) below them; limits, relevance,
idempotency, usage and deadline are what the verbs need, sweep does what no worker does.
"""
