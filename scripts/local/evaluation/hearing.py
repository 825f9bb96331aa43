"""Hold the debates of an evaluation, through the functions as any client does."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx

from scripts.local import client
from scripts.local.evaluation.measures import Held

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scripts.local.evaluation.cases import Case

SETTINGS = dict.fromkeys(("DEBATE_MAX_LIVE", "DEBATE_STARTS_PER_MINUTE", "DEBATE_STARTS_PER_DAY"), "1000")
"""Limits that an evaluation must not meet."""

AT_ONCE = 4


def hold(url: str, cases: Sequence[Case], rounds: int, say: Callable[[str], None]) -> list[Held]:
    """Return the debates on the cases, a few of which are held at once. Raises client.Refused."""

    def one(case: Case) -> Held:
        request, began = case.request(rounds), time.monotonic()
        with httpx.Client(base_url=url, timeout=60) as http:
            events = tuple(client.follow(http, client.start(http, request)))
        say(f"{case.name}: {events[-1]['type']}")
        return Held(case, request, events, time.monotonic() - began)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, cases))
