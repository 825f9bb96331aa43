"""Repeat measurements in shuffled rounds, so that what else the machine does falls on all of them alike."""

from __future__ import annotations

import random
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def medians(measures: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Take every measure once a round, each round in another order; return the median of each."""
    taken: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name in random.sample(list(measures), len(measures)):
            taken[name].append(measures[name]())
    return {name: median(values) for name, values in taken.items()}
