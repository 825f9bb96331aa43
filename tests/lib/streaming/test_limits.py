from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import httpx

from scripts.local import functions
from tests.support.processes import once
from tests.support.stream import bearer, start

if TYPE_CHECKING:
    from pathlib import Path


def test_a_user_has_so_many_streams_in_a_process(environment: dict[str, str], log: Path, user: str) -> None:
    limits = environment | {"STREAMS_PER_USER": "3"}
    with (
        functions.serving(limits, log, "debate-start", "debate-stream") as serving,
        httpx.Client(base_url=serving.url, timeout=60) as http,
    ):
        path = start(http, user)["stream_url"]
        other = start(http, f"{user}other")["stream_url"]
        with contextlib.ExitStack() as open_streams:
            for _ in range(3):
                stream = open_streams.enter_context(http.stream("GET", path, headers=bearer(user)))
                assert stream.status_code == 200
            refused = http.get(path, headers=bearer(user))
            assert (refused.status_code, refused.json()["reason"]) == (429, "streams")
            assert int(refused.headers["retry-after"]) >= 1
            with http.stream("GET", other, headers=bearer(f"{user}other")) as theirs:
                assert theirs.status_code == 200
        # Each viewer that leaves makes room, also one that was refused.
        with contextlib.ExitStack() as again:

            def let_in() -> bool:
                return again.enter_context(http.stream("GET", path, headers=bearer(user))).status_code == 200

            assert once(let_in)
