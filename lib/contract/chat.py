"""Describe what the AI SDK's useChat posts (https://ai-sdk.dev/docs/ai-sdk-ui/transport)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StrictBool

from lib.contract.closed import Closed, Text, at_most
from lib.contract.debate import Content, Question, Rounds, Signal

CHAT_ID = r"^[A-Za-z0-9_-]{1,255}$"
"""What useChat can ask for again: its transport puts the id into a path as it is."""


class Open(Closed):
    """A model of somebody else's: what it does not know, it leaves alone."""

    model_config = ConfigDict(extra="ignore")


class ChatPart(Open):
    """A part of a message; only the text of those of the type `text` is read."""

    type: Text
    text: Text = ""


class ChatMessage(Open):
    """A message of the chat."""

    role: Literal["system", "user", "assistant"]
    parts: Annotated[tuple[ChatPart, ...], Field(max_length=1_000, fail_fast=True), at_most(1_000)]


class ChatRequest(Open):
    """A chat whose newest message of the user is what shall be debated; the other fields are a DebateRequest's."""

    id: Annotated[str, Field(pattern=CHAT_ID)]
    messages: Annotated[tuple[ChatMessage, ...], Field(max_length=1_000, fail_fast=True), at_most(1_000)]
    content: Content | None = None
    question: Question | None = None
    rounds: Rounds = 2
    signals: Annotated[tuple[Signal, ...], Field(max_length=20), at_most(20)] = ()
    force: StrictBool = False
