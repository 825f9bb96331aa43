"""An OpenAI-compatible server on loopback that answers each turn of a debate by a script, and counts requests."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Generator, Sequence

SECRET = "the provider's own words"
TASK = re.compile(r'Your turn: \{.*?"turn":(\d+).*?\}')
JUDGEMENT: dict[str, Any] = {
    "stance": "risk_off",
    "confidence": 0.5,
    "summary": "Caution is due.",
    "key_points": [],
    "dissent": [],
    "missing_data": [],
    "evidence": [],
}

Piece = bytes | str | Callable[[], Awaitable[object]]
"""Bytes of a body to send; or an action: "stall", "reset", "cut", or a key of FLOODS; or what is to be awaited."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one request; `pieces` are sent as chunks of the body, in order."""

    pieces: Sequence[Piece]
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])


def chunk(finish: str | None = None, **delta: Any) -> bytes:
    """Return one event of a stream."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return _event(choices=[choice])


def _event(**fields: Any) -> bytes:
    envelope = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "scripted"}
    return b"data: " + json.dumps(envelope | fields).encode() + b"\n\n"


def _usage(read: int, written: int) -> bytes:
    usage = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
    return _event(choices=[], usage=usage)


DONE = b"data: [DONE]\n\n"


def words(*texts: str) -> list[bytes]:
    """Return the chunks of a text without the end of the answer."""
    return [chunk(content=text) for text in texts]


def thoughts(*texts: str) -> list[bytes]:
    """Return chunks of `reasoning_content`, a field that some servers send beside `content`."""
    return [chunk(reasoning_content=text) for text in texts]


def end(finish: str | None = "stop", usage: tuple[int, int] | None = (100, 20)) -> list[bytes]:
    """Return the chunks that end an answer; `usage` is (input, output) tokens."""
    return [*([chunk(finish)] if finish else []), *([_usage(*usage)] if usage else []), DONE]


def said(*texts: str, finish: str | None = "stop", usage: tuple[int, int] | None = (100, 20)) -> Answer:
    """Return a whole answer with this text; `usage` is (input, output) tokens."""
    return Answer([*words(*texts), *end(finish, usage)])


def inexact(*texts: str) -> Answer:
    """Return an answer without `id` and `created`, and with a finish_reason that OpenAI's API does not have."""
    choices: list[dict[str, Any]] = [{"delta": {"content": text}} for text in texts]
    choices.append({"delta": {}, "finish_reason": "eos"})
    chunks = [b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n" for choice in choices]
    return Answer([*chunks, DONE])


def calling(*calls: tuple[str, str], first: Sequence[bytes] = (), **fields: Any) -> Answer:
    """Return an answer with tool calls, each a (name, arguments) sent in several chunks as OpenAI does.

    `first` are chunks sent before; `fields` replace those of the first chunk of each call.
    """
    pieces = list(first)
    for index, (name, arguments) in enumerate(calls):
        begun = {"name": name, "arguments": ""}
        pieces.append(_call(index, **{"id": f"call_{index}", "type": "function", "function": begun} | fields))
        cut = [arguments[:3], *(arguments[place : place + 60_000] for place in range(3, len(arguments), 60_000))]
        pieces += [_call(index, function={"arguments": part}) for part in cut]
    return Answer([*pieces, *end("tool_calls")])


def _call(index: int, **fields: Any) -> bytes:
    return chunk(tool_calls=[{"index": index} | fields])


def judged(**fields: Any) -> Answer:
    """Return an answer with JUDGEMENT as JSON, changed by these fields."""
    return said(json.dumps(JUDGEMENT | fields))


def status(code: int, **headers: str) -> Answer:
    """Return an error answer whose message is SECRET, which no event may repeat."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer([json.dumps({"error": {"message": SECRET}}).encode()], code, named)


GOOD = said("Utilities ", "lead ", "the market.")


class ModelServer:
    """The server; `scripts` maps a debate's title and a turn's number to the answers to that turn's requests, in order.

    Other requests get GOOD, the judge's a judgement. A response_format whose type is not in `takes` gets 400, as do
    tools unless `calls` is true. `prompts`, `forms` (types of response_format) and `tools` hold what was asked, by the
    debate's title. `looks` counts requests that belong to no turn, `connections` all connections opened.
    """

    def __init__(self) -> None:
        self.url = ""
        self.down = False
        self.scripts: dict[str, dict[int, Sequence[Answer]]] = {}
        self.requests: dict[str, Counter[int]] = defaultdict(Counter[int])
        self.times: dict[str, list[float]] = defaultdict(list[float])
        self.looks = self.open = self.connections = 0
        self.takes, self.calls = {"json_schema", "json_object"}, True
        self.tools: dict[str, list[list[str]]] = defaultdict(list[list[str]])
        self.prompts: dict[str, list[list[dict[str, Any]]]] = defaultdict(list[list[dict[str, Any]]])
        self.forms: dict[str, list[str | None]] = defaultdict(list[str | None])
        self.idle, self.asked = asyncio.Event(), asyncio.Event()

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncGenerator[Self]:
        """Serve on a free port of loopback; `url` is then the value for OPENAI_BASE_URL."""
        async with await asyncio.start_server(self._serve, "127.0.0.1", 0) as server:
            self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
            yield self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.closing(writer), contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                with self._busy():
                    await self._respond(head.decode(), reader, writer)

    @contextlib.contextmanager
    def _busy(self) -> Generator[None]:
        self.open += 1
        self.idle.clear()
        try:
            yield
        finally:
            self.open -= 1
            if self.open == 0:
                self.idle.set()

    async def _respond(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
        body = json.loads(await reader.readexactly(int(length[1]) if length else 0))
        answer = self._answer(body)
        headers = {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"}
        lines = [f"HTTP/1.1 {answer.status} Scripted", *(f"{k}: {v}" for k, v in (headers | answer.headers).items())]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        async for piece in _pieces(answer, reader, writer):
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            await writer.drain()
        if not writer.is_closing():
            writer.write(b"0\r\n\r\n")
            await writer.drain()

    def _answer(self, body: dict[str, Any]) -> Answer:
        text = json.dumps(body["messages"], ensure_ascii=False)
        found = TASK.search(text.replace('\\"', '"'))
        if found is None:
            self.looks += 1
            return status(503) if self.down else GOOD
        turn = int(found[1])
        title = re.search(r'"title": "([^"]*)"', text.replace('\\"', '"'))
        name = title[1] if title else ""
        form = body.get("response_format", {}).get("type")
        self.forms[name].append(form)
        tools = [tool["function"]["name"] for tool in body.get("tools", ())]
        self.tools[name].append(tools)
        if (form and form not in self.takes) or (tools and not self.calls):
            return status(400)
        self.prompts[name].append(body["messages"])
        self.asked.set()
        place = self.requests[name][turn]
        self.requests[name][turn] += 1
        self.times[name].append(asyncio.get_running_loop().time())
        if self.down:
            return status(503)
        script = self.scripts.get(name, {}).get(turn, ())
        if place < len(script):
            return script[place]
        return judged() if '"purpose":"verdict"' in found[0] else GOOD


FLOODS = {
    "flood of words": b"".join(words("and on " * 50)),
    "flood of bytes": b"x" * 65_536,
    "flood of silence": b": still here\n\n",
}


async def _pieces(answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> AsyncIterator[bytes]:
    for piece in answer.pieces:
        match piece:
            case bytes():
                yield piece
            case "stall":
                await reader.read()
            case "reset":
                writer.transport.abort()
                return
            case "cut":
                writer.close()
                return
            case str():
                while True:
                    yield FLOODS[piece]
                    await asyncio.sleep(0.001)
            case _:
                await piece()
