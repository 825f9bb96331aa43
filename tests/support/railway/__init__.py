"""Railway's API, as its schema describes it."""
