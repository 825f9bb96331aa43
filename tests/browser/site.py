"""The example application, and its functions in four processes as they may be deployed."""

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
"""Lifetime of a session in the tests of expiry."""
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Site:
    """The application's address, the processes behind it, and the environment of a worker."""

    url: str
    calls: Serving
    stream: Serving
    worker: Serving
    environment: Mapping[str, str]

    def another(self, log: Path, *names: str, port: int = 0) -> contextlib.AbstractContextManager[Serving]:
        """Start one more process with the worker's environment."""
        return functions.serving(self.environment, log, *names, port=port)

    def said(self, address: str) -> dict[str, str]:
        """Return the text of each completed debater's turn in the debate's log, by its element's id on the page."""
        completed = [event for event in self.log(address) if event["type"] == "turn.completed"]
        return {f"turn-{turn['turn']}": turn["text"] for turn in completed[:-1]}

    def log(self, address: str) -> list[Event]:
        """Return all events of the debate that the page at this address shows."""
        with httpx.Client(base_url=self.stream.url) as http:
            return whole(http, f"/debate-stream/{identity(address)}")


def identity(address: str) -> str:
    """Return the debate's id in the address of its page."""
    found = re.search(r"/debates/([0-9a-f-]{36})", address)
    assert found is not None, address
    return found[1]


@contextlib.contextmanager
def serving_site(
    environment: Mapping[str, str],
    folder: Path,
    *,
    model: Mapping[str, str] = NOTHING,
    calls: Mapping[str, str] = NOTHING,
    session: Mapping[str, str] = NOTHING,
) -> Generator[Site]:
    """Serve a Site until the context ends; `model`, `calls` and `session` are extra variables of one process each."""
    port = free_port()
    shared = {**environment, "CORS_ORIGINS": next_server.origin(port)}
    of_worker = {**shared, **model}
    with (
        functions.serving({**shared, **calls}, folder / "calls", *CALLS) as called,
        functions.serving(shared, folder / "stream", "debate-stream") as stream,
        functions.serving(of_worker, folder / "worker", "debate-run") as worker,
        functions.serving(shared, folder / "chat", *CHAT) as chat,
        next_server.serving(
            folder / "next", port, BACKEND_URL=called.url, STREAM_URL=stream.url, CHAT_URL=chat.url, **session
        ),
    ):
        yield Site(next_server.origin(port), called, stream, worker, of_worker)
