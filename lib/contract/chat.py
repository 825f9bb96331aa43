"""Describe the body that the AI SDK's useChat posts (https://ai-sdk.dev/docs/ai-sdk-ui/transport)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StrictBool

from lib.contract.closed import Closed, Text, at_most
from lib.contract.debate import Content, Question, Rounds, Signal

CHAT_ID = r"^[A-Za-z0-9_-]{1,255}$"
"""An id that may stand in a path: useChat's transport puts it into one unescaped when it resumes."""


class Open(Closed):
    """A model that ignores unknown fields, as the AI SDK may add some."""

    model_config = ConfigDict(extra="ignore")


class ChatPart(Open):
    """A part of a message; only parts of the type `text` are read."""

    type: Text
    text: Text = ""


class ChatMessage(Open):
    """A message of the chat."""

    role: Literal["system", "user", "assistant"]
    parts: Annotated[tuple[ChatPart, ...], Field(max_length=1_000, fail_fast=True), at_most(1_000)]


class ChatRequest(Open):
    """A chat: the user's newest message is debated unless `content` is given; the rest is as in DebateRequest."""

    id: Annotated[str, Field(pattern=CHAT_ID)]
    messages: Annotated[tuple[ChatMessage, ...], Field(max_length=1_000, fail_fast=True), at_most(1_000)]
    content: Content | None = None
    question: Question | None = None
    rounds: Rounds = 2
    signals: Annotated[tuple[Signal, ...], Field(max_length=20), at_most(20)] = ()
    force: StrictBool = False
