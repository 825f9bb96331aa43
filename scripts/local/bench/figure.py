"""Compare a measured value with its target."""

from __future__ import annotations

from dataclasses import dataclass


class Unmeasured(Exception):
    """A figure could not be measured; the message says why."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the bench; `target` is the maximum of `ratio`, or of `value` if there is no floor."""

    metric: str
    unit: str
    value: float
    floor: float | None
    ratio: float | None
    target: float
    ok: bool
    note: str = ""


def against(metric: str, unit: str, value: float, floor: float, target: float, note: str = "") -> Figure:
    """Return a figure whose ratio to a floor of the same run has a target."""
    ratio = value / floor
    return Figure(metric, unit, value, floor, ratio, target, ratio <= target, note)


def within(metric: str, unit: str, value: float, target: float, note: str = "") -> Figure:
    """Return a figure whose value has a target."""
    return Figure(metric, unit, value, None, None, target, value <= target, note)
