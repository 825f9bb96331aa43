"""Who debates, what they read and use, and what they conclude."""
