"""Hold a debate as a chat of the AI SDK: the chat's id is the key of its debate."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import ValidationError
from starlette.responses import Response

from lib.contract.chat import CHAT_ID
from lib.contract.debate import Content, DebateRequest
from lib.contract.problems import ContentNotFinancial, DebateDeleted, IdempotencyKeyReused, NotFound
from lib.debates import debate, idempotency
from lib.streaming import ai_sdk, formats, sse

if TYPE_CHECKING:
    from lib.contract.caller import Caller
    from lib.contract.chat import ChatRequest
    from lib.state import State

LONGEST_TITLE = 255
"""The most characters of a message's first line that become the debate's title."""


async def begin(state: State, caller: Caller, chat: ChatRequest) -> Response:
    """Return the stream of the debate that the chat asks for; what a user can mend is said in the stream itself."""
    try:
        wanted = _request(chat)
        key = idempotency.Key(chat.id, idempotency.digest(wanted))
        opened = await state["opening"].open(wanted, caller, key)
    except ValidationError:
        return _refusal(chat, "Write what is to be debated, in 10 to 50,000 characters.")
    except (DebateDeleted, IdempotencyKeyReused):
        return _refusal(chat, "This chat has had its debate; begin a new chat for another one.")
    except ContentNotFinancial as problem:
        return _refusal(chat, problem.detail)
    return formats.stream(state, opened.debate, caller, wanted="ai-sdk")


async def resume(state: State, caller: Caller, chat_id: str) -> Response:
    """Return the stream of the debate that this chat began within a day, from its first event on, or 204.

    Raises NotFound for what is no id of a chat.
    """
    if not re.fullmatch(CHAT_ID, chat_id):
        raise NotFound("A chat's id has 1 to 255 letters, digits, _ and -.")
    began = await debate.keyed(state["postgres"], caller, chat_id)
    if began is None:
        return Response(status_code=204)
    return formats.stream(state, began, caller, wanted="ai-sdk")


def _request(chat: ChatRequest) -> DebateRequest:
    """Return what the newest message of the user asks for. Raises ValidationError."""
    content = chat.content
    if content is None:
        said = [message for message in chat.messages if message.role == "user"][-1:]
        text = "\n".join(part.text for message in said for part in message.parts if part.type == "text").strip()
        content = Content(type="text", title=text.partition("\n")[0][:LONGEST_TITLE], text=text)
    return DebateRequest(
        content=content, question=chat.question, rounds=chat.rounds, signals=chat.signals, force=chat.force
    )


def _refusal(chat: ChatRequest, text: str) -> Response:
    headers = {name: value for name, value in sse.HEADERS.items() if name != "Content-Type"}
    return Response(
        ai_sdk.refusal(chat.id, text), headers=headers | ai_sdk.HEADERS, media_type=sse.HEADERS["Content-Type"]
    )
