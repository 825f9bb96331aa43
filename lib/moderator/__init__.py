"""Run a debate: rounds of turns, then the judge, all of it into the log.

Only the function debate-run uses it, as a resource. Public module: moderator.
"""
