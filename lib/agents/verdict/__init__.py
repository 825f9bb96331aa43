"""Make a checked verdict of what the judge says.

lib.autogen imports judgement; lib.moderator imports adjustments, evidence and verdict.
"""
