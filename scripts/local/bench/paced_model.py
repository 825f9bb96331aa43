"""A model's server that sends words at a fixed rate, each with a stamp of its time.

uvicorn scripts.local.bench.paced_model:app
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from scripts.local.bench.floor import lifespan
from scripts.local.bench.viewers import stamp

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

WORDS, RATE = 60, 30
"""The words of a turn, and of a second."""

STREAM = [(b"content-type", b"text/event-stream")]
END = b'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"bench","choices":[{"index":0,"delta":{},\
"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
JUDGEMENT = json.dumps(
    {"stance": "neutral", "confidence": 0.5, "summary": "Even.", "key_points": [], "dissent": [], "missing_data": []}
    | {"evidence": []}
)


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a judge's request at once, others word by word."""
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
        return
    body = b""
    while (message := await receive()).get("more_body"):
        body += message["body"]
    body += message.get("body", b"")
    await send({"type": "http.response.start", "status": 200, "headers": STREAM})
    if b"verdict" in body.rpartition(b"Your turn:")[2]:
        await _send_chunk(send, JUDGEMENT)
    else:
        await _send_turn(send)
    await send({"type": "http.response.body", "body": END})


async def _send_turn(send: Send) -> None:
    loop = asyncio.get_running_loop()
    begin = loop.time()
    for word in range(WORDS):
        await asyncio.sleep(max(0.0, begin + word / RATE - loop.time()))
        await _send_chunk(send, f"{stamp()} ")


async def _send_chunk(send: Send, text: str) -> None:
    choice: dict[str, Any] = {"index": 0, "delta": {"content": text}, "finish_reason": None}
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "bench", "choices": [choice]}
    await send({"type": "http.response.body", "body": b"data: %b\n\n" % json.dumps(chunk).encode(), "more_body": True})
