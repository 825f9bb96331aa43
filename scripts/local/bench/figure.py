"""Hold what was measured against what it should be."""

from __future__ import annotations

from dataclasses import dataclass


class Unmeasured(Exception):
    """A figure could not be taken; the message says why."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the bench; `target` is the most that `ratio` may be, or `value` where there is no floor."""

    metric: str
    unit: str
    value: float
    floor: float | None
    ratio: float | None
    target: float
    ok: bool
    note: str = ""


def against(metric: str, unit: str, value: float, floor: float, target: float, note: str = "") -> Figure:
    """Compare with a floor of the same run."""
    ratio = value / floor
    return Figure(metric, unit, value, floor, ratio, target, ratio <= target, note)


def within(metric: str, unit: str, value: float, target: float, note: str = "") -> Figure:
    """Compare with a bound."""
    return Figure(metric, unit, value, None, None, target, value <= target, note)
