"""The time that a debate may take."""

from __future__ import annotations

from lib.contract.events import EventProblem

SECONDS, ROUND_SECONDS = 60, 60
"""A debate may take this long from its first start, restarts included, and this much longer for each round."""

DEADLINE = EventProblem(
    type="urn:problem:deadline-exceeded", title="The debate took too long", detail="Start it again, with fewer rounds."
)
