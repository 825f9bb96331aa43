"""Serve what a test lists, one answer after the other, and keep what was asked."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autogen_core.models import CreateResult, UserMessage

from lib.autogen.failures import ModelFault
from lib.autogen.openai.client import OpenAIClient
from lib.autogen.thought import Thought, Unsaid
from tests.support.model_server import GOOD, ModelServer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from autogen_core.models import LLMMessage

    from tests.support.model_server import Answer

HELLO: list[LLMMessage] = [UserMessage(content="Good morning", source="user")]


class Gate:
    """A piece of an answer at which the server waits until a test opens the gate."""

    def __init__(self) -> None:
        self.reached, self.opened = asyncio.Event(), asyncio.Event()

    async def __call__(self) -> None:
        """Wait."""
        self.reached.set()
        await self.opened.wait()


class ScriptedServer(ModelServer):
    """Gives each request the next of its answers, and all after the last a good one; `bodies` are the requests.

    `left` is set once a client has given up a connection.
    """

    def __init__(self, *answers: Answer) -> None:
        super().__init__()
        self._answers = list(answers)
        self.bodies: list[dict[str, Any]] = []
        self.left = asyncio.Event()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await super()._serve(reader, writer)
        self.left.set()

    def _answer(self, body: dict[str, Any]) -> Answer:
        self.bodies.append(body)
        self.asked.set()
        return self._answers.pop(0) if self._answers else GOOD


@dataclass
class Outcome:
    """What came of one question: what was streamed, and the whole, or the name of the failure."""

    text: str = ""
    finish: str = "stop"
    usage: tuple[int, int] = (0, 0)
    calls: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    failure: str = ""


@contextlib.asynccontextmanager
async def asking(*answers: Answer, silence: float = 15) -> AsyncGenerator[tuple[OpenAIClient, ScriptedServer]]:
    """Have a client of a server that gives these answers."""
    async with ScriptedServer(*answers).serving() as server:
        client = OpenAIClient("scripted", server.url, "k", silence)
        try:
            yield client, server
        finally:
            await client.close()


async def ask(client: OpenAIClient, messages: Sequence[LLMMessage] = HELLO, **options: Any) -> Outcome:
    """Ask once, and check that what was streamed is what came of it as a whole."""
    shown = ""
    try:
        async for piece in client.create_stream(messages, **options):
            if isinstance(piece, CreateResult):
                return _outcome(piece, shown)
            shown = "" if isinstance(piece, Unsaid) else shown + ("" if isinstance(piece, Thought) else piece)
    except ModelFault as fault:
        return Outcome(finish="", failure=str(fault))
    raise AssertionError


def _outcome(result: CreateResult, shown: str) -> Outcome:
    usage = result.usage.prompt_tokens, result.usage.completion_tokens
    if isinstance(result.content, str):
        assert result.content == shown
        return Outcome(shown, result.finish_reason, usage)
    return Outcome(shown, result.finish_reason, usage, [(call.name, call.arguments) for call in result.content])
