"""The floor of every comparison: raw ASGI callables, with nothing between them and uvicorn.

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
        await lifespan(receive, send)
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": HELLO})


class _Log:
    """The posted bodies, and an event for the next one."""

    def __init__(self) -> None:
        self.batches: list[bytes] = []
        self.posted = asyncio.Event()


_log = _Log()


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """Send each posted body to every GET that is open: one shared log, one cursor a viewer."""
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    elif scope["method"] == "POST":
        _log.batches.append((await receive())["body"])
        _log.posted.set()
        _log.posted = asyncio.Event()
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
        await _log.posted.wait()


async def lifespan(receive: Receive, send: Send) -> None:
    """Answer the lifespan protocol."""
    for stage in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{stage}.complete"})
