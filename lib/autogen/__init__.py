"""Let AutoGen's agents speak: one fresh agent a turn, its context folded from the log."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from autogen_core.models import AssistantMessage, UserMessage

from lib import agents, prompt
from lib.autogen import server, wire
from lib.autogen.attempt import Attempt, Spoken
from lib.autogen.breaker import Breaker
from lib.autogen.clock import Clock
from lib.autogen.faults import RAISED, ModelFault, broken, fault, unavailable
from lib.autogen.tap import Tap
from lib.contract.verdict import Judgement
from lib.environment import Variable, whole
from lib.offline_model import OfflineModel
from lib.resource import Resource
from lib.tasks import lasting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType
    from uuid import UUID

    from autogen_core.models import ChatCompletionClient, LLMMessage

    from lib.agents import Agent
    from lib.autogen.tap import Show
    from lib.contract.debate import DebateRequest
    from lib.contract.events import TurnCompleted

__all__ = ["Autogen", "Clock", "ModelFault", "Spoken", "Turn", "build"]

MODERATOR = "moderator"

DEBATE_TURN_SECONDS = Variable(
    "DEBATE_TURN_SECONDS", "The most seconds that a turn may take, over all its attempts", whole(1, 600), 30
)
SILENCES = 3
"""So many times may the server fall silent in one turn: each silence may take this part of the turn's time."""

PATIENCE_SECONDS = 600.0
"""How long a queued debate waits for a server that is down, before it is held all the same and says so to its owner."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What an agent is asked for: `said` is all that came before, `clock` what is left of the turn's time."""

    debate_id: UUID
    agent: Agent
    request: DebateRequest
    said: Sequence[TurnCompleted]
    task: prompt.Task
    clock: Clock


def _messages(turn: Turn) -> list[LLMMessage]:
    """Fold a debate into what one agent reads: its own turns as its own, the others' with their names."""
    spoken: list[LLMMessage] = [
        AssistantMessage(content=said.text, source=said.agent)
        if said.agent == turn.agent.id
        else UserMessage(content=prompt.speech(said), source=said.agent)
        for said in turn.said
    ]
    first = UserMessage(content=prompt.brief(turn.request), source=MODERATOR)
    return [first, *spoken, UserMessage(content=prompt.task(turn.task), source=MODERATOR)]


class Autogen(Resource):
    """The model of a process, for any number of agents at once."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read which model is to speak. Raises Misconfigured."""
        self.model = agents.DEBATE_MODEL.read(environ)
        self.seconds = DEBATE_TURN_SECONDS.read(environ)
        self._breaker = Breaker()
        self._stack = contextlib.AsyncExitStack()
        self._client: ChatCompletionClient | None = None
        if self.model is not None:
            silence = self.seconds / SILENCES
            self._client = (
                OfflineModel() if self.model == agents.OFFLINE else server.client(self.model, environ, silence)
            )

    async def __aenter__(self) -> Self:
        if self._client is not None:
            self._stack.push_async_callback(self._client.close)
            await self._stack.enter_async_context(lasting(self._breaker.watch(self._look)))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def ping(self) -> str | None:
        """Say whether the model's server answers, as its last answers showed."""
        if self._breaker.closed.is_set():
            return None
        return "The model's server is down, or refuses its key; debates wait until it is back."

    async def ready(self) -> None:
        """Wait as long as the model's server is down, though not for ever."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._breaker.closed.wait()

    async def speak(self, turn: Turn, show: Show) -> Spoken:
        """Have an agent take its turn; `show` gets its words as they come. Raises ModelFault."""
        return await self._attempt(turn, show)

    async def judge(self, turn: Turn) -> tuple[Spoken, Judgement]:
        """Have the judge close; its raw JSON is shown to nobody. Raises ModelFault."""

        async def hide(_: str) -> None:
            pass

        spoken = await self._attempt(turn, hide, Judgement)
        try:
            return spoken, Judgement.model_validate_json(spoken.text)
        except ValueError as error:
            problem = broken()
            problem.usage = spoken.usage
            raise problem from error

    async def _attempt(self, turn: Turn, show: Show, output: type[Judgement] | None = None) -> Spoken:
        if self._client is None:
            detail = f"Whoever operates this must set {agents.DEBATE_MODEL.name}."
            raise ModelFault("model-not-configured", "No model is configured", detail, retryable=False)

        async def hear(text: str) -> None:
            self._breaker.hear()
            if text:
                with turn.clock.standing():
                    await show(text)

        await self._admitted(turn.clock)
        with self._breaker.asking(turn.debate_id):
            return await Attempt(self._client, turn.agent, _messages(turn), hear).make(turn.clock, output)

    async def _admitted(self, clock: Clock) -> None:
        try:
            async with clock.running():
                await self._breaker.closed.wait()
        except TimeoutError as error:
            raise unavailable() from error

    async def _look(self) -> None:
        """Ask the server for a single word. Raises ModelFault."""

        async def ignore(_: str) -> None:
            pass

        if self._client is None:
            return
        try:
            async with wire.call(), asyncio.timeout(self.seconds):
                word: list[LLMMessage] = [UserMessage(content="Answer with the word yes.", source=MODERATOR)]
                await Tap(self._client, ignore).create(word, extra_create_args={"max_tokens": 1})
        except RAISED as error:
            raise fault(error) from error


build = Autogen
