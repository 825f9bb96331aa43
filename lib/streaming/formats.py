"""Stream a debate to one viewer, in the format that `?format=` names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

from starlette.responses import Response

from lib.contract.problems import MalformedRequest
from lib.streaming import ai_sdk, sse

if TYPE_CHECKING:
    from starlette.requests import Request

    from lib.contract.caller import Caller
    from lib.contract.debate import Debate
    from lib.event_log.reader import Reader
    from lib.streaming.limits import StreamLimits

Format = Literal["debate", "ai-sdk"]
FORMATS: tuple[Format, ...] = get_args(Format)


def read(request: Request[Any]) -> Format:
    """Return the format that the query names, else the first of FORMATS. Raises MalformedRequest."""
    name = request.query_params.get("format", FORMATS[0])
    if name not in FORMATS:
        raise MalformedRequest(f"`format` must be one of {', '.join(FORMATS)}.")
    return name


def stream(
    event_log: Reader,
    stream_limits: StreamLimits,
    caller: Caller,
    debate: Debate,
    after: int = 0,
    format_: Format = "debate",
) -> Response:
    """Return a stream of the events that follow the seq `after`, or 204 where none will. Raises TooManyRequests.

    204 tells an EventSource to come no more (HTML Living Standard, 9.2.3). In the format of the AI SDK a stream begins
    with the first event: that SDK's reader rebuilds a message as a whole.
    """
    headers = {"X-Debate-Id": str(debate.id)}
    if format_ == "debate":
        if debate.ended_at is not None and after >= debate.last_seq:
            return Response(status_code=204, headers=headers)
        return sse.EventStream(event_log.follow(debate, after), headers, stream_limits.open(caller))
    chunks = ai_sdk.encode(event_log.follow(debate, 0), debate.id)
    return sse.EventStream(chunks, headers | ai_sdk.HEADERS, stream_limits.open(caller))
