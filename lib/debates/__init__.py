"""What one can do with a debate: start, cancel, steer, delete, list it, read its result."""
