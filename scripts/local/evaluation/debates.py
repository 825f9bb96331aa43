"""Run the debates of an evaluation as a client of the functions."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx

from scripts.local import client
from scripts.local.evaluation.measures import FinishedDebate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scripts.local.evaluation.cases import Case

SETTINGS = dict.fromkeys(("DEBATE_MAX_LIVE", "DEBATE_STARTS_PER_MINUTE", "DEBATE_STARTS_PER_DAY"), "1000")
"""Limits of a user, raised above the number of cases."""

AT_ONCE = 4


def run(url: str, cases: Sequence[Case], rounds: int, say: Callable[[str], None]) -> list[FinishedDebate]:
    """Run a debate on each case, AT_ONCE at a time, and return them in order. Raises client.Refused."""

    def one(case: Case) -> FinishedDebate:
        request, start = case.request(rounds), time.monotonic()
        with httpx.Client(base_url=url, timeout=60) as http:
            events = tuple(client.follow(http, client.start(http, request)))
        say(f"{case.name}: {events[-1]['type']}")
        return FinishedDebate(case, request, events, time.monotonic() - start)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, cases))
