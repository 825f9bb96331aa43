"""Jobs: a producer enqueues in a transaction, a worker runs each job once.

Imported by debates (producer) and the router (worker). Public modules: producer, worker.
"""
