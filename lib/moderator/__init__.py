"""Run a debate: rounds of turns, then the judge, all of it into the log."""
