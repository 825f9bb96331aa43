"""Encode an event of the log once, for all who read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from lib.contract.events import ENVELOPED, TERMINAL, Event

if TYPE_CHECKING:
    from lib.postgres.connection import Record


class Interrupted(Exception):
    """The stream ends before the debate does: the viewer should connect again."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event: `envelope` is its JSON (seq, debate_id, at, type, data), `sse` its frame in a stream."""

    seq: int
    type: str
    envelope: bytes
    sse: bytes

    @property
    def text(self) -> str:
        """The envelope as a WebSocket's text frame carries it."""
        return self.envelope.decode()

    @property
    def terminal(self) -> bool:
        """Whether it is the last event of its debate."""
        return self.type in TERMINAL

    def event(self) -> Event:
        """Decode the event."""
        return ENVELOPED[self.type].model_validate_json(self.envelope)


LINE_ENDS = ((b"\xe2\x80\xa8", rb"\u2028"), (b"\xe2\x80\xa9", rb"\u2029"), (b"\xc2\x85", rb"\u0085"))
"""LINE SEPARATOR, PARAGRAPH SEPARATOR and NEXT LINE in UTF-8, where str.splitlines of common clients breaks a line."""


def escaped(data: bytes) -> bytes:
    """Return JSON in UTF-8 with LINE_ENDS as escapes, which mean the same; they stand only in its texts."""
    for raw, escape in LINE_ENDS:
        data = data.replace(raw, escape)
    return data


def frame(seq: int, event_type: str, data: bytes) -> bytes:
    """Encode an event of a server-sent stream; `data` must not contain line breaks."""
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (seq, event_type.encode(), data)


def entry(record: Record) -> Entry:
    """Encode a row of debates.events; the members of `data` follow the envelope's, but for LINE_ENDS as stored."""
    seq, kind, data = record["seq"], record["type"], escaped(record["data"].encode())
    at = record["at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    head = f'{{"seq":{seq},"debate_id":"{record["debate_id"]}","at":"{at}","type":"{kind}"'.encode()
    envelope = head + (b"," + data[1:] if data != b"{}" else b"}")
    return Entry(seq, kind, envelope, frame(seq, kind, envelope))
