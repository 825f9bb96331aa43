"""Start debates and read their event streams as a client does, checking every event against its declared model."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

from httpx_sse import connect_sse

from lib.contract.events import ENVELOPED, TERMINAL
from scripts.local import clerk

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

Event = dict[str, Any]


class Away(Exception):
    """The stream was answered with 503: the database could not be reached."""


def bearer(user: str = clerk.USER, **claims: Any) -> dict[str, str]:
    """Return the Authorization header of a session of this user; `claims` replace those of the token."""
    return {"Authorization": f"Bearer {clerk.token(user, **claims)}"}


def request(text: str = "Utilities lead the market by 3% while lumber lags gold.", **fields: Any) -> dict[str, Any]:
    """Return a body for debate-start."""
    return {"content": {"type": "text", "title": "Utilities lead", "text": text}, "rounds": 1, **fields}


def start(http: httpx.Client, user: str = clerk.USER, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Start a debate and return it."""
    answer = http.post("/debate-start", json=body or request(), headers=bearer(user))
    assert answer.status_code == 201, answer.text
    return answer.json()


def events(http: httpx.Client, path: str, user: str = clerk.USER, **headers: str) -> Iterator[Event]:
    """Yield the events of one connection as they come, without checking their order. Raises Away."""
    with connect_sse(http, "GET", path, headers=bearer(user) | headers, timeout=30) as source:
        if source.response.status_code == 503:
            raise Away
        assert source.response.status_code == 200, source.response.read()
        for message in source.iter_sse():
            if message.event == "stream.reconnect":
                yield {"type": message.event}
                continue
            if not message.data:  # a ping
                continue
            event = json.loads(message.data)
            ENVELOPED[message.event].model_validate_json(message.data)
            assert (event["seq"], event["type"]) == (int(message.id), message.event)
            yield event


def first(http: httpx.Client, path: str, user: str, kind: str) -> Event:
    """Follow a debate until the first event of this type, and return it."""
    return next(event for event in events(http, path, user) if event["type"] == kind)


def whole(http: httpx.Client, path: str, user: str = clerk.USER) -> list[Event]:
    """Return a debate's events from the first to the terminal one, once each and in order.

    Reconnects after a 503 and after a stream that ended early, as every client must.
    """
    found: list[Event] = []
    while not found or found[-1]["type"] not in TERMINAL:
        after = str(found[-1]["seq"]) if found else "0"
        with contextlib.suppress(Away):
            found += [event for event in events(http, path, user, **{"Last-Event-ID": after}) if "seq" in event]
    assert [event["seq"] for event in found] == list(range(1, len(found) + 1))
    assert [event["type"] in TERMINAL for event in found].count(True) == 1
    return found


def raw(http: httpx.Client, path: str, user: str = clerk.USER, **headers: str) -> bytes:
    """Return the bytes of a stream that ends, without its comments."""
    answer = http.get(path, headers=bearer(user) | headers, timeout=30)
    assert answer.status_code == 200, answer.text
    lines = [line for line in answer.content.split(b"\n") if not line.startswith(b":")]
    return b"\n".join(lines).removesuffix(b"\n\n")
