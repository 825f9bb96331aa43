"""Say a debate's events as the AI SDK's message stream does (https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lib.event_log.entry import Interrupted

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from lib.event_log.entry import Entry
    from lib.event_log.feed import Batch

HEADERS = {"X-Vercel-AI-UI-Message-Stream": "v1"}
DONE = b"data: [DONE]\n\n"
RECONNECT = "The stream ends before the debate does: reconnect to go on."

Chunk = dict[str, Any]


@dataclass(slots=True)
class Chunks:
    """Some of the stream, as it is sent."""

    sse: bytes


def _framed(chunks: list[Chunk], seq: int | None = None) -> bytes:
    """Write chunks as messages, the last with the id of the event that they come from."""
    lines = [b"data: %b\n\n" % json.dumps(chunk, ensure_ascii=False).encode() for chunk in chunks]
    if lines and seq is not None:
        lines[-1] = b"id: %d\n" % seq + lines[-1]
    return b"".join(lines)


def refusal(message_id: str, text: str) -> bytes:
    """Return a whole stream that says why there is no debate."""
    return _framed([{"type": "start", "messageId": message_id}, {"type": "error", "errorText": text}]) + DONE


async def encode(batches: AsyncGenerator[Batch, None]) -> AsyncGenerator[Chunks, None]:
    """Yield what a debate's batches say, from its first event on; none where all is quiet."""
    told = _Teller()
    try:
        async for batch in batches:
            yield Chunks(b"".join(told.tell(entry) for entry in batch))
    except Interrupted:
        yield Chunks(_framed([{"type": "error", "errorText": RECONNECT}]) + DONE)
    finally:
        await batches.aclose()


@dataclass(slots=True)
class _Teller:
    """Tells a log from its beginning; what it says of an event depends on those before it, and on nothing else.

    `turns` has the newest `data-turn` of each turn: every attempt has one, with the id of the text that follows it.
    """

    open: str = ""
    shown: str = ""
    turns: dict[int, Chunk] = field(default_factory=dict[int, Chunk])

    def tell(self, entry: Entry) -> bytes:
        """Say one event."""
        event = json.loads(entry.envelope)
        told = _framed(list(self._chunks(event)), entry.seq)
        return told + DONE if entry.terminal else told

    def _chunks(self, event: dict[str, Any]) -> Iterator[Chunk]:
        match event["type"]:
            case "debate.queued":
                yield {"type": "start", "messageId": event["debate_id"], "messageMetadata": {"status": "running"}}
            case "debate.started":
                yield {"type": "message-metadata", "messageMetadata": {"model": event["model"]}}
            case "turn.started":
                attempt = "" if event["attempt"] == 1 else f".{event['attempt']}"
                yield from self._begin(event, f"turn-{event['turn']}{attempt}")
            case "turn.delta":
                yield from self._say(event["text"])
            case "turn.reset":
                yield from self._discard(event["turn"], discarded=True)
            case "turn.completed":
                yield from self._complete(event)
            case "turn.failed":
                yield from self._discard(event["turn"], discarded=True, problem=event["problem"])
            case "steer.accepted" | "steer.applied" as kind:
                remark = {"text": event["text"], "applied": kind == "steer.applied"}
                yield {"type": "data-steer", "id": f"steer-{event['steer']}", "data": remark}
            case "verdict.completed":
                yield {"type": "data-verdict", "id": "verdict", "data": event["verdict"]}
            case _:
                yield from self._close(event)

    def _begin(self, event: dict[str, Any], name: str) -> Iterator[Chunk]:
        self.open, self.shown = name, ""
        data = {"agent": event["agent"], "round": event["round"]}
        self.turns[event["turn"]] = {"type": "data-turn", "id": name, "data": data}
        yield self.turns[event["turn"]]
        yield {"type": "text-start", "id": name}

    def _say(self, text: str) -> Iterator[Chunk]:
        self.shown += text
        yield {"type": "text-delta", "id": self.open, "delta": text}

    def _end(self) -> Iterator[Chunk]:
        if self.open:
            yield {"type": "text-end", "id": self.open}
        self.open = self.shown = ""

    def _discard(self, turn: int, **why: object) -> Iterator[Chunk]:
        """Say of the newest attempt at a turn that its text does not count."""
        yield from self._end()
        chunk = self.turns[turn]
        self.turns[turn] = chunk | {"data": chunk["data"] | why}
        yield self.turns[turn]

    def _complete(self, event: dict[str, Any]) -> Iterator[Chunk]:
        """Bring what was shown up to the whole text: deltas are dropped from an old log, and the judge has none."""
        text: str = event["text"]
        if not text.startswith(self.shown):
            whole = f"{self.open}.whole"
            yield from self._discard(event["turn"], discarded=True)
            yield from self._begin(event, whole)
        if rest := text.removeprefix(self.shown):
            yield from self._say(rest)
        yield from self._end()

    def _close(self, event: dict[str, Any]) -> Iterator[Chunk]:
        """Say the end, first what became of the debate; what a later release says beside is left out."""
        kind: str = event["type"]
        metadata = {"messageMetadata": {"status": kind.removeprefix("debate.")}}
        match kind:
            case "debate.completed":
                yield {"type": "finish", "finishReason": "stop", **metadata}
            case "debate.cancelled":
                yield from self._end()
                yield {"type": "message-metadata", **metadata}
                yield {"type": "abort"}
            case "debate.failed":
                yield from self._end()
                yield {"type": "message-metadata", **metadata}
                problem = event["problem"]
                yield {"type": "error", "errorText": f"{problem['title']}. {problem['detail']}"}
            case _:
                pass
