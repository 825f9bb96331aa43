"""Hold a debate as a chat of the AI SDK: the chat's id is the idempotency key of its one debate."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import ValidationError
from starlette.responses import Response

from lib.contract.chat import CHAT_ID
from lib.contract.debate import Content, DebateRequest
from lib.contract.problems import ContentNotFinancial, DebateDeleted, IdempotencyKeyReused, NotFound
from lib.debates import idempotency
from lib.debates.start import start as start_debate
from lib.streaming import ai_sdk, formats, sse

if TYPE_CHECKING:
    from lib.agents.model import DebateModel
    from lib.contract.caller import Caller
    from lib.contract.chat import ChatRequest
    from lib.debates.limits import DebateLimits
    from lib.event_log.reader import Reader
    from lib.postgres.pool import Postgres
    from lib.queue.producer import Producer
    from lib.streaming.limits import StreamLimits

LONGEST_TITLE = 255
"""The most characters of a message's first line that become the debate's title."""


async def start(
    event_log: Reader,
    queue: Producer,
    model: DebateModel,
    limits: DebateLimits,
    stream_limits: StreamLimits,
    caller: Caller,
    chat: ChatRequest,
) -> Response:
    """Start the debate that the chat's newest message asks for, and return its stream.

    What the user can mend by another message is answered as a stream that says so. Raises TooManyRequests,
    ModelNotConfigured, Unavailable.
    """
    try:
        request = _request(chat)
        key = idempotency.Key(chat.id, idempotency.digest(request))
        started = await start_debate(queue, model, limits, caller, request, key)
    except ValidationError:
        return _refusal(chat, "Write what is to be debated, in 10 to 50,000 characters.")
    except (DebateDeleted, IdempotencyKeyReused):
        return _refusal(chat, "This chat has had its debate; begin a new chat for another one.")
    except ContentNotFinancial as problem:
        return _refusal(chat, problem.detail)
    return formats.stream(event_log, stream_limits, caller, started.debate, format_="ai-sdk")


async def resume(
    postgres: Postgres, event_log: Reader, stream_limits: StreamLimits, caller: Caller, chat_id: str
) -> Response:
    """Return the stream of the debate that the chat started within 24 hours, from its first event on, or 204.

    Raises NotFound where `chat_id` is not the id of a chat, and TooManyRequests.
    """
    if not re.fullmatch(CHAT_ID, chat_id):
        raise NotFound("A chat's id has 1 to 255 letters, digits, _ and -.")
    debate = await idempotency.find_by_text(postgres, caller, chat_id)
    if debate is None:
        return Response(status_code=204)
    return formats.stream(event_log, stream_limits, caller, debate, format_="ai-sdk")


def _request(chat: ChatRequest) -> DebateRequest:
    """Return what the newest message of the user asks for. Raises ValidationError."""
    content = chat.content
    if content is None:
        newest = [message for message in chat.messages if message.role == "user"][-1:]
        text = "\n".join(part.text for message in newest for part in message.parts if part.type == "text").strip()
        content = Content(type="text", title=text.partition("\n")[0][:LONGEST_TITLE], text=text)
    return DebateRequest(
        content=content, question=chat.question, rounds=chat.rounds, signals=chat.signals, force=chat.force
    )


def _refusal(chat: ChatRequest, text: str) -> Response:
    headers = {name: value for name, value in sse.HEADERS.items() if name != "Content-Type"}
    return Response(
        ai_sdk.refusal(chat.id, text), headers=headers | ai_sdk.HEADERS, media_type=sse.HEADERS["Content-Type"]
    )
