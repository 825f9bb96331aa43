"""Repeat measurements in shuffled rounds, so that what else the machine does falls on all of them alike."""

from __future__ import annotations

import contextlib
import random
from statistics import median
from typing import TYPE_CHECKING

from scripts.local.bench.figure import Unmeasured

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Behind(Exception):
    """A round does not count: the server did not keep up, or the machine did something else."""


def medians(measures: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Take every measure once a round, each round in another order; return the median of each, without what was Behind.

    Raises Unmeasured where more than half of a measure's rounds do not count.
    """
    taken: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name in random.sample(list(measures), len(measures)):
            with contextlib.suppress(Behind):
                taken[name].append(measures[name]())
    for name, values in taken.items():
        if len(values) * 2 < rounds:
            raise Unmeasured(f"{rounds - len(values)} of {rounds} rounds of {name} were thrown away: it fell behind")
    return {name: median(values) for name, values in taken.items()}
