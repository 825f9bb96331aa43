"""Speak as a model's server does, at a fixed pace, each word with the moment at which it was said.

uvicorn scripts.local.bench.model:app
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from scripts.local.bench.audience import mark
from scripts.local.bench.floor import live

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

WORDS, RATE = 60, 30
"""The words of a turn, and how many come in a second."""

STREAM = [(b"content-type", b"text/event-stream")]
END = b'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"bench","choices":[{"index":0,"delta":{},\
"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
JUDGEMENT = json.dumps(
    {"stance": "neutral", "confidence": 0.5, "summary": "Even.", "key_points": [], "dissent": [], "missing_data": []}
    | {"evidence": []}
)


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer as ASGI 3: a judge at once, everybody else word by word."""
    if scope["type"] == "lifespan":
        await live(receive, send)
        return
    asked = b""
    while (message := await receive()).get("more_body"):
        asked += message["body"]
    asked += message.get("body", b"")
    await send({"type": "http.response.start", "status": 200, "headers": STREAM})
    if b"verdict" in asked.rpartition(b"Your turn:")[2]:
        await _say(send, JUDGEMENT)
    else:
        await _speak(send)
    await send({"type": "http.response.body", "body": END})


async def _speak(send: Send) -> None:
    loop = asyncio.get_running_loop()
    begin = loop.time()
    for word in range(WORDS):
        await asyncio.sleep(max(0.0, begin + word / RATE - loop.time()))
        await _say(send, f"{mark()} ")


async def _say(send: Send, text: str) -> None:
    choice: dict[str, Any] = {"index": 0, "delta": {"content": text}, "finish_reason": None}
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "bench", "choices": [choice]}
    await send({"type": "http.response.body", "body": b"data: %b\n\n" % json.dumps(chunk).encode(), "more_body": True})
