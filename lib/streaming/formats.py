"""Open the stream of a debate to one viewer, in the form that he reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

from lib.contract.problems import MalformedRequest
from lib.streaming import ai_sdk, sse

if TYPE_CHECKING:
    from starlette.requests import Request

    from lib.contract.caller import Caller
    from lib.contract.debate import Debate
    from lib.state import State

Form = Literal["debate", "ai-sdk"]
FORMS: tuple[Form, ...] = get_args(Form)


def form(request: Request[Any]) -> Form:
    """Return the form that ?format= asks for. Raises MalformedRequest."""
    wanted = request.query_params.get("format", "debate")
    if wanted not in FORMS:
        raise MalformedRequest(f"`format` must be one of {', '.join(FORMS)}.")
    return wanted


def stream(state: State, watched: Debate, caller: Caller, after: int = 0, wanted: Form = "debate") -> sse.EventStream:
    """Return what follows a place; all of it in the form of the AI SDK. Raises TooManyRequests."""
    headers = {"X-Debate-Id": str(watched.id)}
    if wanted == "debate":
        events = state["event_log"].follow(watched, after)
        return sse.EventStream(events, headers, state["viewers"].admit(caller))
    chunks = ai_sdk.encode(state["event_log"].follow(watched, 0), watched.id)
    return sse.EventStream(chunks, headers | ai_sdk.HEADERS, state["viewers"].admit(caller))
