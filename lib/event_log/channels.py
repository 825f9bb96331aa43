"""Name the channels of NOTIFY; notifications carry no data, they only wake who listens."""

from __future__ import annotations

EVENTS = "debates"
"""Events were appended, or a debate was deleted: Reader looks for news."""

SIGNALS = "debates_taken"
"""An epoch was taken or a user steered a debate: SignalWatcher looks for signals."""
