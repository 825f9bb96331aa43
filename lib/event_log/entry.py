"""Hold one event as the log has it, encoded once for all who read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from lib.contract.events import ENVELOPED, TERMINAL, Event

if TYPE_CHECKING:
    from lib.postgres.connection import Record


class Interrupted(Exception):
    """The stream ends before the debate does: the viewer should come again."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event: its place, its envelope as JSON and its frame for a server-sent stream."""

    seq: int
    type: str
    envelope: bytes
    sse: bytes

    @property
    def text(self) -> str:
        """Return the envelope as text, as a WebSocket carries it."""
        return self.envelope.decode()

    @property
    def terminal(self) -> bool:
        """Say whether nothing comes after this."""
        return self.type in TERMINAL

    def event(self) -> Event:
        """Return the event itself."""
        return ENVELOPED[self.type].model_validate_json(self.envelope)


def frame(seq: int, event_type: str, data: bytes) -> bytes:
    """Encode an event; `data` has no line breaks."""
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (seq, event_type.encode(), data)


def entry(record: Record) -> Entry:
    """Encode a row. The members of `data` follow the envelope's as they were written, byte for byte."""
    seq, kind, data = record["seq"], record["type"], record["data"].encode()
    at = record["at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    head = f'{{"seq":{seq},"debate_id":"{record["debate_id"]}","at":"{at}","type":"{kind}"'.encode()
    envelope = head + (b"," + data[1:] if data != b"{}" else b"}")
    return Entry(seq, kind, envelope, frame(seq, kind, envelope))
