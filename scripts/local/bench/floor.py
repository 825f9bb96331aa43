"""Do the least that a server can do: ASGI callables with nothing between them and uvicorn.

uvicorn scripts.local.bench.floor:hello
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

HELLO = b'{"status":"ok"}'
HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(HELLO))]
STREAM = [(b"content-type", b"text/event-stream")]


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer every request with the same bytes."""
    if scope["type"] == "lifespan":
        await live(receive, send)
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": HELLO})


class _Log:
    """What was posted, and who waits for more."""

    def __init__(self) -> None:
        self.batches: list[bytes] = []
        self.news = asyncio.Event()


_log = _Log()


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """Send each body that is posted to everybody who gets: a shared log, and a cursor for each."""
    if scope["type"] == "lifespan":
        await live(receive, send)
    elif scope["method"] == "POST":
        _log.batches.append((await receive())["body"])
        _log.news.set()
        _log.news = asyncio.Event()
        await hello(scope, receive, send)
    else:
        await _follow(send)


async def _follow(send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": STREAM})
    cursor = len(_log.batches)
    while True:
        batch = b"".join(_log.batches[cursor:])
        cursor = len(_log.batches)
        await send({"type": "http.response.body", "body": batch, "more_body": True})
        await _log.news.wait()


async def live(receive: Receive, send: Send) -> None:
    """Start and stop with nothing to do."""
    for stage in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{stage}.complete"})
