"""Serve the application, and the functions that it calls in four processes, as they may be deployed."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import httpx

from scripts.local import functions, next_server
from scripts.local.loopback import free_port
from tests.support.stream import Event, whole

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

    from scripts.local.functions import Serving

CALLS = ("debate-start", "debate-list", "debate-result", "debate-cancel", "debate-steer", "debate-delete", "auth-check")
CHAT = ("debate-chat", "debate-chat-stream")
SECONDS = 2
"""How long the sessions last that are to expire."""
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Site:
    """The application's address, the processes behind it, and what a worker needs."""

    url: str
    calls: Serving
    stream: Serving
    worker: Serving
    environment: Mapping[str, str]

    def another(self, log: Path, *names: str, port: int = 0) -> contextlib.AbstractContextManager[Serving]:
        """Start one more process like those behind it."""
        return functions.serving(self.environment, log, *names, port=port)

    def said(self, address: str) -> dict[str, str]:
        """Return what the log of this page's debate says that the debaters said, by the id of its place."""
        completed = [event for event in self.log(address) if event["type"] == "turn.completed"]
        return {f"turn-{turn['turn']}": turn["text"] for turn in completed[:-1]}

    def log(self, address: str) -> list[Event]:
        """Return the whole log of the debate that a page of this address shows."""
        with httpx.Client(base_url=self.stream.url) as http:
            return whole(http, f"/debate-stream/{identity(address)}")


def identity(address: str) -> str:
    """Return the debate's id."""
    found = re.search(r"/debates/([0-9a-f-]{36})", address)
    assert found is not None, address
    return found[1]


@contextlib.contextmanager
def apart(
    environment: Mapping[str, str],
    folder: Path,
    *,
    model: Mapping[str, str] = NOTHING,
    calls: Mapping[str, str] = NOTHING,
    session: Mapping[str, str] = NOTHING,
) -> Generator[Site]:
    """Serve everything as long as the context lasts; the worker gets the `model`, the others what is theirs."""
    port = free_port()
    known = {**environment, "CORS_ORIGINS": next_server.origin(port)}
    at_work = {**known, **model}
    with (
        functions.serving({**known, **calls}, folder / "calls", *CALLS) as called,
        functions.serving(known, folder / "stream", "debate-stream") as stream,
        functions.serving(at_work, folder / "worker", "debate-run") as worker,
        functions.serving(known, folder / "chat", *CHAT) as chat,
        next_server.serving(
            folder / "next", port, BACKEND_URL=called.url, STREAM_URL=stream.url, CHAT_URL=chat.url, **session
        ),
    ):
        yield Site(next_server.origin(port), called, stream, worker, at_work)
