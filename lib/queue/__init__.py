"""Jobs: one transaction enqueues, one worker runs each."""
