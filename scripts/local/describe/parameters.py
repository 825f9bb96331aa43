"""Describe what a request may say beside its body: parameters of its path and query, and headers."""

from __future__ import annotations

from typing import Any

from lib.contract.chat import CHAT_ID
from lib.debates.idempotency import VISIBLE
from lib.debates.listing import LIMIT, MOST, STATUSES, Cursor
from lib.streaming.formats import FORMATS
from lib.streaming.sse import LARGEST_SEQ

Json = dict[str, Any]

SEQ: Json = {"type": "integer", "minimum": 0, "maximum": LARGEST_SEQ}

PARAMETERS: dict[str, tuple[str, Json]] = {
    "debate_id": (
        "The debate's id. One of somebody else is answered as if it were not there.",
        {"type": "string", "format": "uuid"},
    ),
    "chat_id": ("The id of the chat, which useChat makes.", {"type": "string", "pattern": CHAT_ID}),
    "format": (
        "The form of the stream; that of the AI SDK begins with the first event, whatever the cursor.",
        {"type": "string", "enum": list(FORMATS), "default": FORMATS[0]},
    ),
    "after": ("The seq of the last event that the viewer has; `Last-Event-ID` goes before it.", SEQ | {"default": 0}),
    "lastEventId": ("The same as `after`, by the name that polyfills of EventSource use.", SEQ),
    "limit": (
        "How many debates a page may have.",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT},
    ),
    "cursor": (
        "The `next_cursor` of the page before, as it was given.",
        {"type": "string", "pattern": f"^[A-Za-z0-9_-]{{{Cursor.LENGTH}}}$"},
    ),
    "status": ("Only the debates of this status.", {"type": "string", "enum": list(STATUSES)}),
    "Last-Event-ID": ("The id of the last event that the viewer has, as EventSource sends it.", SEQ),
    "Idempotency-Key": (
        "Requests of a user with the same key are one debate, for a day.",
        {"type": "string", "pattern": f"^{VISIBLE.pattern}$"},
    ),
    "If-None-Match": (
        "The `ETag` of what the client has: it is answered 304 where that is still so.",
        {"type": "string"},
    ),
    "Accept": ("Which of the media types is wanted; the first of them where none is.", {"type": "string"}),
}
"""What each is for, and its schema, by name; a name with a capital is a header."""


def parameter(name: str, path: str) -> Json:
    """Return one parameter of a function at this path, as OpenAPI has it."""
    described, schema = PARAMETERS[name]
    place = "path" if f"{{{name}}}" in path else "header" if name[0].isupper() else "query"
    return {"name": name, "in": place, "required": place == "path", "description": described, "schema": schema}
