"""Let AutoGen's agents speak: one fresh agent a turn, its context folded from the log."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from autogen_core.models import AssistantMessage, UserMessage

from lib.agents import model
from lib.agents.prompt import prompt
from lib.agents.prompt.write import write
from lib.agents.verdict import judgement
from lib.autogen import toolbox
from lib.autogen.attempt import Attempt, Spoken
from lib.autogen.breaker import Breaker
from lib.autogen.failures import RAISED, ModelFault, fault, unavailable
from lib.autogen.openai import client
from lib.autogen.streaming_client import StreamingClient
from lib.autogen.toolbox import Tool, Toolbox
from lib.autogen.turn_listener import Nobody, Timed, TurnListener
from lib.contract.events import NOTHING
from lib.contract.failures import ModelAnswerBroken, ModelCut, ModelNotConfigured
from lib.offline_model.model import OfflineModel
from lib.process.environment import Variable, whole
from lib.process.resource import Resource
from lib.process.tasks import lasting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType
    from uuid import UUID

    from autogen_core.models import ChatCompletionClient, LLMMessage

    from lib.agents.roster import Agent
    from lib.autogen.turn_clock import TurnClock
    from lib.contract.debate import DebateRequest
    from lib.contract.verdict import Judgement

PROSE: Mapping[str, Any] = {}
FORMS: tuple[Mapping[str, Any], ...] = (
    {
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "judgement", "strict": True, "schema": judgement.SCHEMA},
        }
    },
    {"response_format": {"type": "json_object"}},
    PROSE,
)
"""How a server can be held to JSON, the strictest first; where it can not, the words of the task must do."""

DEBATE_TURN_SECONDS = Variable(
    "DEBATE_TURN_SECONDS", "The most seconds that a turn may take, over all its attempts", whole(1, 600), 30
)
DEBATE_CONTEXT_TOKENS = Variable(
    "DEBATE_CONTEXT_TOKENS",
    "The tokens that the model can read and write in one turn; content and turns are shortened to fit three quarters",
    whole(2_048, 10_000_000),
    32_768,
)
REPLY = 4
"""The part of the context, one in so many, that is left for the answer and the thoughts before it."""

TOOLS, LEAST_FOR_TOOLS = 8, 16_384
"""The part of the context, half of that, which tools and their results may take; a smaller context has no tools."""

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
    said: prompt.History
    task: prompt.Task
    clock: TurnClock
    tools: Sequence[Tool] = ()
    returned: prompt.Revision | None = None


def _messages(written: prompt.Prompt) -> list[LLMMessage]:
    return [
        AssistantMessage(content=message.text, source=message.source)
        if message.own
        else UserMessage(content=message.text, source=message.source)
        for message in written.messages
    ]


class Speaker(Resource):
    """The model of a process, for any number of agents at once."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read which model is to speak. Raises Misconfigured."""
        self.model = model.DEBATE_MODEL.read(environ)
        self.seconds = DEBATE_TURN_SECONDS.read(environ)
        tokens = DEBATE_CONTEXT_TOKENS.read(environ)
        self._room = None if self.model == model.OFFLINE else tokens - tokens // REPLY
        self._tool_room = tokens // TOOLS if tokens >= LEAST_FOR_TOOLS else 0
        self._form = 0
        self._breaker = Breaker()
        self._beginning = asyncio.Lock()
        self._stack = contextlib.AsyncExitStack()
        self._client: ChatCompletionClient | None = None
        if self.model is not None:
            silence = self.seconds / SILENCES
            self._client = (
                OfflineModel() if self.model == model.OFFLINE else client.client(self.model, environ, silence)
            )
        self._calls_tools = bool(self._client and self._client.model_info["function_calling"] and self._tool_room)
        self._took_tools = False

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

    def tools(self, request: DebateRequest) -> Sequence[Tool]:
        """Make the tools of a debate, for all its turns; none for a model that calls none."""
        return toolbox.made(request) if self._calls_tools else ()

    async def speak(self, turn: Turn, listener: TurnListener) -> Spoken:
        """Have an agent take its turn; `listener` gets its words as they come. Raises ModelFault."""
        if not (turn.tools and self._calls_tools):
            return await self._attempt(replace(turn, tools=()), listener)
        try:
            spoken = await self._attempt(turn, listener)
        except ModelFault as refusal:
            # A server that has taken tools before, and nothing of this turn, has another reason.
            if not refusal.refused or (self._took_tools and refusal.usage == NOTHING):
                raise
            await listener.take_back(str(refusal), refusal.usage)
        else:
            self._took_tools = True
            return spoken
        spoken = await self._attempt(replace(turn, tools=()), listener)
        self._calls_tools = self._took_tools
        return spoken

    async def judge(self, turn: Turn) -> tuple[Spoken, Judgement]:
        """Have the judge close; its raw JSON is shown to nobody. Raises ModelFault."""
        spoken = await self._held_to_json(turn, Nobody())
        try:
            return spoken, judgement.read(spoken.text)
        except ValueError as error:
            problem = ModelFault(ModelCut() if spoken.finish_reason == "length" else ModelAnswerBroken())
            problem.usage = spoken.usage
            raise problem from error

    async def _held_to_json(self, turn: Turn, listener: TurnListener) -> Spoken:
        """Ask in the strictest form that the server takes, and remember which that was."""
        for place in range(self._form, len(FORMS)):
            try:
                spoken = await self._attempt(turn, listener, FORMS[place])
            except ModelFault as fault:
                if not fault.refused or place == len(FORMS) - 1:
                    raise
            else:
                self._form = place
                return spoken
        raise AssertionError  # the last form returns or raises

    async def _attempt(self, turn: Turn, listener: TurnListener, form: Mapping[str, Any] = PROSE) -> Spoken:
        if self._client is None:
            raise ModelFault(ModelNotConfigured())
        await self._one_by_one()
        rounds = toolbox.ROUNDS if turn.tools else 0
        written = write(turn.agent, turn.request, turn.said, turn.task, self._room, turn.returned, rounds)
        box = Toolbox(turn.tools, self._tool_room, written.delimiter) if turn.tools else None
        heard = Timed(listener, turn.clock, self._breaker.hear)
        attempt = Attempt(StreamingClient(self._client, heard, form, box, self.model), heard, box)
        await self._admitted(turn.clock)
        with self._breaker.asking(turn.debate_id):
            return await attempt.make(turn.agent.id, written.system, _messages(written), turn.clock)

    async def _one_by_one(self) -> None:
        """Begin one attempt at a time, and let all words pass between two: each beginning takes the loop a while."""
        async with self._beginning:
            await asyncio.sleep(0)

    async def _admitted(self, clock: TurnClock) -> None:
        try:
            async with clock.running():
                await self._breaker.closed.wait()
        except TimeoutError as error:
            raise unavailable() from error

    async def _look(self) -> None:
        """Ask the server for a single word. Raises ModelFault."""
        if self._client is None:
            return
        try:
            async with asyncio.timeout(self.seconds):
                word: list[LLMMessage] = [UserMessage(content="Answer with the word yes.", source=prompt.MODERATOR)]
                await StreamingClient(self._client, Nobody(), model=self.model).create(
                    word, extra_create_args={"max_tokens": 1}
                )
        except RAISED as error:
            raise fault(error) from error


build = Speaker
