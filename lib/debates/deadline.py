"""Define the time that a debate may take."""

from __future__ import annotations

SECONDS, ROUND_SECONDS = 60, 60
"""A debate may take this long from its first start, restarts included, and this much longer for each round."""
