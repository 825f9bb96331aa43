"""Read chunks from a response, in whatever of three forms a server sends them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lib.autogen.failures import ModelFault
from lib.autogen.openai import errors
from lib.autogen.openai.event_reader import BOM, EventReader, LineTooLong
from lib.autogen.openai.fields import items, table
from lib.contract.failures import ModelAnswerBroken, ModelAnswerEndless

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lib.autogen.openai.connection import Response
    from lib.autogen.openai.event_reader import ServerSentEvent

Chunk = dict[str, object]

DONE = b"[DONE]"


class ChunkStream:
    """The chunks of one response: of server-sent events, or one whole answer in JSON where no stream could be had."""

    def __init__(self, response: Response) -> None:
        self._response = response
        self._head: bytes | None = b""
        self._json: list[bytes] = []
        self._events = EventReader()
        self._error: Exception | None = None
        self.done = False

    async def read(self) -> list[Chunk]:
        """Return the next chunks, none once there are no more; `done` says whether the server said that it was all.

        Raises ModelFault for what is no answer, ServerError for an error among the chunks.
        """
        if self._error:
            raise self._error
        while not self.done and (piece := await self._response.read()):
            if chunks := self._take(piece):
                return chunks
        if self.done:
            await self._response.end()
            return []
        return self._last()

    def _take(self, piece: bytes) -> list[Chunk]:
        if self._head is not None:
            piece = self._recognise(self._head + piece)
        if self._json:
            self._json.append(piece)
            return []
        try:
            return self._chunks(self._events.feed(piece))
        except LineTooLong as error:
            raise ModelFault(ModelAnswerEndless()) from error

    def _recognise(self, head: bytes) -> bytes:
        """Look at how the body begins, and return what of it is to be read."""
        begin = head.removeprefix(BOM).lstrip()[:1]
        self._head = None if begin else head
        if begin == b"<":
            raise ModelFault(ModelAnswerBroken())
        if begin in {b"{", b"["}:
            self._json.append(head.removeprefix(BOM))
            return b""
        return head if begin else b""

    def _last(self) -> list[Chunk]:
        """Return what the end of the body completes."""
        if not self._json:
            return self._chunks(self._events.end())
        whole = _decode(b"".join(self._json))
        self._json, self.done = [], True
        chunk = table(next(iter(items(whole)), whole))
        if error := errors.of_event(chunk):
            raise error
        if not items(chunk.get("choices")):
            raise ModelFault(ModelAnswerBroken())
        return [chunk]

    def _chunks(self, events: Iterable[ServerSentEvent]) -> list[Chunk]:
        """Read events up to the first error, which is raised once the chunks before it have been taken."""
        chunks: list[Chunk] = []
        for event in events:
            if event.data.strip() == DONE:
                self.done = True
                break
            try:
                chunk = _chunk(event)
            except (ModelFault, errors.ServerError) as error:
                if not chunks:
                    raise
                self._error = error
                break
            if chunk:
                chunks.append(chunk)
        return chunks


def _chunk(event: ServerSentEvent) -> Chunk:
    chunk = table(_decode(event.data))
    if error := errors.of_event(chunk, named=event.type == b"error"):
        raise error
    return chunk


def _decode(data: bytes) -> object:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ModelFault(ModelAnswerBroken()) from error
