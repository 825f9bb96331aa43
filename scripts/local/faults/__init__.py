"""Break what debates stand on, and see that each still ends as it should: the same faults for scripts and tests."""
