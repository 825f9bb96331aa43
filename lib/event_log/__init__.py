"""The append-only log of each debate: one writer, any number of readers."""
