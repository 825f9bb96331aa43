"""Encode a debate's events as the AI SDK's message stream (https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, assert_never

from lib.contract.events import (
    ENVELOPED,
    DebateCancelled,
    DebateCompleted,
    DebateFailed,
    DebateQueued,
    DebateStarted,
    SteerAccepted,
    SteerApplied,
    ToolCompleted,
    TurnCompleted,
    TurnDelta,
    TurnFailed,
    TurnReset,
    TurnStarted,
    VerdictCompleted,
)
from lib.event_log.entry import Interrupted, escaped

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Sequence
    from uuid import UUID

    from lib.contract.events import DebateEnd, Event
    from lib.event_log.entry import Entry
    from lib.event_log.feed import Batch

HEADERS = {"X-Vercel-AI-UI-Message-Stream": "v1"}
DONE = b"data: [DONE]\n\n"
RECONNECT = "The stream ends before the debate does: reconnect to go on."

Chunk = dict[str, object]


@dataclass(slots=True)
class Chunks:
    """Chunks of the stream, framed as server-sent events."""

    sse: bytes


def _framed(chunks: Sequence[Chunk], seq: int | None = None) -> bytes:
    """Frame the chunks of one event, the last with the event's `seq` as its id."""
    lines = [b"data: %b\n\n" % escaped(json.dumps(chunk, ensure_ascii=False).encode()) for chunk in chunks]
    if lines and seq is not None:
        lines[-1] = b"id: %d\n" % seq + lines[-1]
    return b"".join(lines)


def refusal(message_id: str, text: str) -> bytes:
    """Return a whole stream that says why there is no debate."""
    return _framed([{"type": "start", "messageId": message_id}, {"type": "error", "errorText": text}]) + DONE


async def encode(batches: AsyncGenerator[Batch, None], debate_id: UUID) -> AsyncGenerator[Chunks, None]:
    """Yield the chunks of each batch; `batches` begin with the debate's first event."""
    encoder = _Encoder(str(debate_id))
    try:
        async for batch in batches:
            yield Chunks(b"".join(encoder.encode(entry) for entry in batch))
    except Interrupted:
        yield Chunks(_framed([{"type": "error", "errorText": RECONNECT}]) + DONE)
    finally:
        await batches.aclose()


class _Part(NamedTuple):
    """The newest `data-turn` of a turn; the text part of the same attempt has its `id`."""

    id: str
    data: Chunk


@dataclass(slots=True)
class _Encoder:
    """Encodes a log from its first event on; the chunks of an event depend on the events before it and nothing else.

    `open` is the id of the text part that has not ended, `sent` its text so far.
    """

    message_id: str
    open: str = ""
    sent: str = ""
    turns: dict[int, _Part] = field(default_factory=dict[int, _Part])

    def encode(self, entry: Entry) -> bytes:
        """Return the frames of one event, none for a type of a later release."""
        if entry.type not in ENVELOPED:
            return b""
        frames = _framed(list(self._chunks(entry.event())), entry.seq)
        return frames + DONE if entry.terminal else frames

    def _chunks(self, event: Event) -> Iterator[Chunk]:
        match event:
            case TurnDelta():
                yield self._delta(event.text)
            case TurnStarted() | TurnReset() | TurnCompleted() | TurnFailed():
                yield from self._turn(event)
            case DebateQueued():
                yield {"type": "start", "messageId": self.message_id, "messageMetadata": {"status": "running"}}
            case DebateStarted():
                yield {"type": "message-metadata", "messageMetadata": {"model": event.model}}
            case SteerAccepted() | SteerApplied():
                data = {"text": event.text, "applied": isinstance(event, SteerApplied)}
                yield {"type": "data-steer", "id": f"steer-{event.steer}", "data": data}
            case VerdictCompleted():
                yield {"type": "data-verdict", "id": "verdict", "data": event.verdict.model_dump(mode="json")}
            case ToolCompleted():
                pass  # useChat takes a tool part for a call that the page may have to answer (onToolCall)
            case DebateCompleted() | DebateFailed() | DebateCancelled():
                yield from self._close(event)
            case _:
                assert_never(event)

    def _turn(self, event: TurnStarted | TurnReset | TurnCompleted | TurnFailed) -> Iterator[Chunk]:
        match event:
            case TurnStarted():
                attempt = "" if event.attempt == 1 else f".{event.attempt}"
                yield from self._begin(event, f"turn-{event.turn}{attempt}")
            case TurnReset():
                yield from self._discard(event.turn)
            case TurnCompleted():
                yield from self._complete(event)
            case TurnFailed():
                yield from self._discard(event.turn, problem=event.problem.model_dump())
            case _:
                assert_never(event)

    def _begin(self, event: TurnStarted | TurnCompleted, part_id: str) -> Iterator[Chunk]:
        self.open, self.sent = part_id, ""
        yield self._data(event.turn, _Part(part_id, {"agent": event.agent, "round": event.round}))
        yield {"type": "text-start", "id": part_id}

    def _data(self, turn: int, part: _Part) -> Chunk:
        self.turns[turn] = part
        return {"type": "data-turn", "id": part.id, "data": part.data}

    def _delta(self, text: str) -> Chunk:
        self.sent += text
        return {"type": "text-delta", "id": self.open, "delta": text}

    def _end(self) -> Iterator[Chunk]:
        if self.open:
            yield {"type": "text-end", "id": self.open}
        self.open = self.sent = ""

    def _discard(self, turn: int, **why: object) -> Iterator[Chunk]:
        """Mark the text of the newest attempt at a turn as discarded."""
        yield from self._end()
        part = self.turns[turn]
        yield self._data(turn, part._replace(data=part.data | {"discarded": True} | why))

    def _complete(self, event: TurnCompleted) -> Iterator[Chunk]:
        """Bring what was sent up to the whole text: an old log has lost its deltas, and the judge's turn has none."""
        if not event.text.startswith(self.sent):
            whole = f"{self.open}.whole"
            yield from self._discard(event.turn)
            yield from self._begin(event, whole)
        if rest := event.text.removeprefix(self.sent):
            yield self._delta(rest)
        yield from self._end()

    def _close(self, event: DebateEnd) -> Iterator[Chunk]:
        """End the message; its metadata has the debate's status before the chunk that ends it."""
        metadata = {"messageMetadata": {"status": event.type.removeprefix("debate.")}}
        match event:
            case DebateCompleted():
                yield {"type": "finish", **metadata}  # 5.0.0 to 5.0.91 refuse a finishReason
            case DebateCancelled():
                yield from self._end()
                yield {"type": "message-metadata", **metadata}
                yield {"type": "abort"}
            case DebateFailed(problem=problem):
                yield from self._end()
                yield {"type": "message-metadata", **metadata}
                yield {"type": "error", "errorText": f"{problem.title}. {problem.detail}"}
            case _:
                assert_never(event)
