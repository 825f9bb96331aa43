"""Read server-sent events (HTML Living Standard, 9.2) from bytes that come in pieces."""

from __future__ import annotations

from typing import NamedTuple

LONGEST_LINE = 1_048_576
"""Bytes of a line: a chunk takes some 300, the whole arguments of a tool's call far less than this."""

BOM = b"\xef\xbb\xbf"


class LineTooLong(Exception):
    """A line has more than LONGEST_LINE bytes."""


class ServerSentEvent(NamedTuple):
    """The type of an event, mostly empty, and its data."""

    type: bytes
    data: bytes


class EventReader:
    """Accepts all three line ends, comments, unknown fields and events without data; the last two are dropped."""

    def __init__(self) -> None:
        self._rest = b""
        self._type = b""
        self._data: list[bytes] = []
        self._begun = False

    def feed(self, piece: bytes) -> list[ServerSentEvent]:
        """Return the events that end in this piece. Raises LineTooLong."""
        text = self._rest + piece if self._rest else piece
        if not self._begun:
            text = text.removeprefix(BOM)
            self._begun = True
        lines = text.splitlines(keepends=True)
        # What ends in CR may go on with the LF of the same line end.
        self._rest = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
        if len(self._rest) > LONGEST_LINE:
            raise LineTooLong
        return [event for line in lines if (event := self._take(line.rstrip(b"\r\n"))) is not None]

    def end(self) -> list[ServerSentEvent]:
        """Return the event that the end of the stream cut off from its empty line, if there is one."""
        last, self._rest = self._rest.rstrip(b"\r\n"), b""
        events = (self._take(line) for line in (last, b"") if line or self._data)
        return [event for event in events if event is not None]

    def _take(self, line: bytes) -> ServerSentEvent | None:
        if not line:
            return self._dispatch()
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
        elif name == b"event":
            self._type = value.strip()
        return None

    def _dispatch(self) -> ServerSentEvent | None:
        event = ServerSentEvent(self._type, b"\n".join(self._data))
        self._type, self._data = b"", []
        return event if event.data.strip() else None
