"""Repeat measurements in shuffled rounds, so that other load of the machine affects all of them alike."""

from __future__ import annotations

import contextlib
import random
from statistics import median
from typing import TYPE_CHECKING

from scripts.local.bench.figure import Unmeasured

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Behind(Exception):
    """A round does not count: the server, or the machine, did not keep up."""


def medians(measures: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Take every measure once a round, in a new order each round; return medians without the rounds that raised Behind.

    Raises Unmeasured if more than half of a measure's rounds raised Behind.
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
