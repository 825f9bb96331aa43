"""Put the calls of tools together from the pieces in which servers send them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from autogen_core import FunctionCall

from lib.autogen.openai.fields import items, table, text


@dataclass
class SignedCall(FunctionCall):
    """A call with `extra_content`, which the server wants back with the call: Gemini 3 signs its thoughts there."""

    extra_content: dict[str, object] = field(default_factory=dict[str, object])


@dataclass(slots=True)
class _Pieces:
    index: object
    id: str
    name: str
    arguments: list[str]
    extra_content: dict[str, object]

    @property
    def whole(self) -> bool:
        try:
            return isinstance(json.loads("".join(self.arguments)), dict)
        except (ValueError, RecursionError):
            return False


class ToolCalls:
    """The calls of one answer, in the order in which they began."""

    def __init__(self) -> None:
        self._calls: list[_Pieces] = []

    def __bool__(self) -> bool:
        return bool(self._calls)

    def add(self, pieces: object) -> None:
        """Take the `tool_calls` of a delta or a message."""
        for piece in items(pieces):
            self._add(table(piece))

    def _add(self, piece: dict[str, object]) -> None:
        function = table(piece.get("function"))
        call_id, name = text(piece.get("id")), text(function.get("name"))
        arguments, extra = _arguments(function.get("arguments")), table(piece.get("extra_content"))
        call = self._continued(piece.get("index"), call_id, name)
        if call is None:
            self._calls.append(_Pieces(piece.get("index"), call_id, name, [arguments], extra))
            return
        call.id, call.name = call.id or call_id, call.name or name
        call.arguments.append(arguments)
        call.extra_content |= extra

    def _continued(self, index: object, call_id: str, name: str) -> _Pieces | None:
        """Return the call that a piece goes on with: ids count more than indexes, which some servers repeat."""
        if call_id:
            same = (call for call in self._calls if call.id == call_id)
            return next(same, None) or self._unnamed(index)
        begun = [call for call in self._calls if index is None or call.index == index]
        last = begun[-1] if begun else None
        # Some servers repeat the name in each piece of a call, others send whole calls without an id.
        return None if last and name and (name != last.name or last.whole) and last.name else last

    def _unnamed(self, index: object) -> _Pieces | None:
        """Return a call of this index that began before its id came."""
        return next((call for call in self._calls if not call.id and call.index == index), None)

    def made(self) -> list[FunctionCall]:
        """Return the calls."""
        return [
            SignedCall(call.id, "".join(call.arguments), call.name, call.extra_content)
            if call.extra_content
            else FunctionCall(call.id, "".join(call.arguments), call.name)
            for call in self._calls
        ]


def _arguments(value: object) -> str:
    """Return arguments as JSON text; some servers send the object itself."""
    return json.dumps(value) if isinstance(value, dict) else text(value)
