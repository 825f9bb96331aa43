"""A client of the functions that starts a debate and follows it to its end."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import httpx
from httpx_sse import SSEError, connect_sse

from scripts.local import clerk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TERMINAL = {"debate.completed", "debate.failed", "debate.cancelled"}
UNAVAILABLE = 503
PAUSE_SECONDS = 0.5
PATIENCE_SECONDS = 60
SILENCE_SECONDS = 40


class Refused(Exception):
    """The functions answered with a problem; the message has its title and detail."""


class Away(Refused):
    """The functions answered 503, or a socket was closed for now: try again."""


def _headers(user: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {clerk.token(user)}"}


def _check(answer: httpx.Response) -> None:
    if answer.is_error:
        problem = json.loads(answer.read())
        lines = [f"{answer.status_code} {problem['title']}: {problem['detail']}"]
        lines += [f"  {fault['pointer'] or '/'}: {fault['detail']}" for fault in problem.get("errors", ())]
        away = answer.status_code == UNAVAILABLE
        raise (Away if away else Refused)("\n".join(lines))


def start(client: httpx.Client, request: dict[str, Any], user: str = clerk.USER) -> dict[str, Any]:
    """Start a debate and return it. Raises Refused."""
    answer = client.post("/debate-start", json=request, headers=_headers(user))
    _check(answer)
    return answer.json()


def cancel(client: httpx.Client, debate_id: str, user: str = clerk.USER) -> int:
    """Cancel a debate, and return the answer's status."""
    return client.post(f"/debate-cancel/{debate_id}", headers=_headers(user)).status_code


def follow(client: httpx.Client, debate: dict[str, Any], user: str = clerk.USER) -> Iterator[dict[str, Any]]:
    """Yield every event once, over as many connections as needed, up to the terminal one. Raises Refused."""
    return resumed(lambda last: _connection(client, debate["stream_url"], user, last))


def resumed(connection: Callable[[int], Iterator[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """Yield events over one connection after the other; `connection` is called with the last seq that was received.

    Raises Refused, and the last error after PATIENCE_SECONDS without an event.
    """
    last, patience = 0, time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            for event in connection(last):
                yield event
                last, patience = event["seq"], time.monotonic() + PATIENCE_SECONDS
                if event["type"] in TERMINAL:
                    return
        except (httpx.TransportError, SSEError, Away):
            if time.monotonic() > patience:
                raise
        time.sleep(PAUSE_SECONDS)


def _connection(client: httpx.Client, path: str, user: str, last: int) -> Iterator[dict[str, Any]]:
    headers = _headers(user) | {"Last-Event-ID": str(last)}
    with connect_sse(client, "GET", path, headers=headers, timeout=SILENCE_SECONDS) as source:
        _check(source.response)
        for message in source.iter_sse():
            if message.data and message.event != "stream.reconnect":  # a ping has no data
                yield message.json()
