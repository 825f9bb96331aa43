"""Have a model speak for the agents: a fresh AutoGen agent a turn, with a prompt written from the log."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autogen_core.models import UserMessage

from lib.agents.model import DEBATE_MODEL
from lib.agents.prompt.prompt import MODERATOR
from lib.agents.prompt.write import write
from lib.agents.verdict import judgement
from lib.autogen import providers, toolbox
from lib.autogen.attempt import Attempt, TurnResult
from lib.autogen.breaker import Breaker
from lib.autogen.failures import ModelFault, late
from lib.autogen.provider import NO_FORM
from lib.autogen.streaming_client import StreamingClient
from lib.autogen.toolbox import DebateTool, Toolbox
from lib.autogen.turn_listener import ClockPausingListener, SilentListener
from lib.contract.events import NOTHING
from lib.contract.failures import ModelAnswerBroken, ModelCut, ModelNotConfigured
from lib.process.environment import Variable, whole
from lib.process.resource import Resource
from lib.process.tasks import lasting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from lib.agents.prompt.prompt import History, Revision, Task
    from lib.agents.roster import Agent
    from lib.autogen.provider import CreateArgs, Provider
    from lib.autogen.turn_clock import TurnClock
    from lib.autogen.turn_listener import TurnListener
    from lib.contract.debate import DebateRequest
    from lib.contract.verdict import Judgement

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
"""One part in so many of the context is left for the answer and the thoughts before it."""

TOOLS, LEAST_FOR_TOOLS = 8, 16_384
"""Tools and their results may take one part in so many of the context; a context of fewer tokens has no tools."""

SILENCE_SECONDS, HALF = 15.0, 2
"""How long a server may send nothing in the middle of an answer, not even a comment; half of a short turn's time.

Servers were seen to pause for some seconds between two words, where they let another request go first. A second attempt
must have time to be made. How long the first word takes is bounded by the turn alone: a server that queues is not down.
"""

PATIENCE_SECONDS = 600.0
"""How long a queued debate waits for a server that is down, before it starts and fails with a reason for its owner."""


@dataclass(frozen=True, slots=True)
class TurnRequest:
    """What an agent is asked for: `history` is the debate so far, `clock` has the time left for the turn."""

    debate_id: UUID
    agent: Agent
    request: DebateRequest
    history: History
    task: Task
    clock: TurnClock
    tools: Sequence[DebateTool] = ()
    revision: Revision | None = None


class Speaker(Resource):
    """Has turns spoken, and verdicts judged, by the model of the process, for any number of agents at once."""

    variables = (DEBATE_MODEL, DEBATE_TURN_SECONDS, DEBATE_CONTEXT_TOKENS, *providers.VARIABLES)

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Choose the model and its provider. Raises Misconfigured."""
        self.model = DEBATE_MODEL.read(environ)
        self.seconds = DEBATE_TURN_SECONDS.read(environ)
        tokens = DEBATE_CONTEXT_TOKENS.read(environ)
        self._provider: Provider | None = None
        if self.model is not None:
            self._provider = providers.connect(self.model, environ, min(SILENCE_SECONDS, self.seconds / HALF))
        limited = self._provider is None or self._provider.context_is_limited
        self._prompt_tokens = tokens - tokens // REPLY if limited else None
        self._tool_tokens = tokens // TOOLS if tokens >= LEAST_FOR_TOOLS else 0
        calls_tools = self._provider is not None and self._provider.client.model_info["function_calling"]
        self._calls_tools = calls_tools and self._tool_tokens > 0
        self._took_tools = False
        self._breaker = Breaker()
        self._starting = asyncio.Lock()

    async def _enter(self, stack: contextlib.AsyncExitStack) -> None:
        if self._provider is not None:
            stack.push_async_callback(self._provider.client.close)
            await stack.enter_async_context(lasting(self._breaker.watch(self._probe)))

    async def ping(self) -> str | None:
        """Say whether the model's server answers, by its last answers."""
        if self._breaker.closed.is_set():
            return None
        return "The model's server is down, or refuses its key; debates wait until it is back."

    async def ready(self) -> None:
        """Wait while the model's server is down, at most PATIENCE_SECONDS."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._breaker.closed.wait()

    def tools(self, request: DebateRequest) -> Sequence[DebateTool]:
        """Make the tools for all turns of a debate; none for a model that calls none."""
        return toolbox.tools(request) if self._calls_tools else ()

    async def speak(self, turn: TurnRequest, listener: TurnListener) -> TurnResult:
        """Have an agent take its turn, and tell `listener` its text as it comes. Raises ModelFault."""
        if not (turn.tools and self._calls_tools):
            return await self._attempt(replace(turn, tools=()), listener)
        try:
            result = await self._attempt(turn, listener)
        except ModelFault as fault:
            # What a server refuses after it has answered part of the turn may be its own call of a tool.
            if not fault.refused_tools and not (fault.refused and fault.usage != NOTHING):
                raise
            await listener.discard_text(str(fault), fault.usage)
        else:
            self._took_tools = True
            return result
        result = await self._attempt(replace(turn, tools=()), listener)
        self._calls_tools = self._took_tools
        return result

    async def judge(self, turn: TurnRequest) -> tuple[TurnResult, Judgement]:
        """Have the judge close; its raw JSON is shown to no viewer. Raises ModelFault."""
        form = self._provider.json_form if self._provider else NO_FORM
        result = await self._attempt(turn, SilentListener(), form)
        try:
            return result, judgement.read(result.text)
        except ValueError as error:
            fault = ModelFault(ModelCut() if result.finish_reason == "length" else ModelAnswerBroken())
            fault.usage = result.usage
            raise fault from error

    async def _attempt(self, turn: TurnRequest, listener: TurnListener, form: CreateArgs = NO_FORM) -> TurnResult:
        if self._provider is None:
            raise ModelFault(ModelNotConfigured())
        await self._one_start_at_a_time()
        rounds = toolbox.ROUNDS if turn.tools else 0
        prompt = write(turn.agent, turn.request, turn.history, turn.task, self._prompt_tokens, turn.revision, rounds)
        tools = Toolbox(turn.tools, self._tool_tokens, prompt.delimiter) if turn.tools else None
        told = ClockPausingListener(listener, turn.clock, self._breaker.close)
        attempt = Attempt(StreamingClient(self._provider, told, form, tools, self.model), told, tools)
        await self._wait_for_server(turn.clock)
        with self._breaker.counting(turn.debate_id):
            return await attempt.make(turn.agent.id, prompt, turn.clock)

    async def _one_start_at_a_time(self) -> None:
        """Yield to the loop between the starts of two attempts: writing a prompt blocks it for milliseconds."""
        async with self._starting:
            await asyncio.sleep(0)

    async def _wait_for_server(self, clock: TurnClock) -> None:
        try:
            async with clock.running():
                await self._breaker.closed.wait()
        except TimeoutError as error:
            raise late() from error

    async def _probe(self) -> None:
        """Ask the server for a single token. Raises ModelFault."""
        if self._provider is None:
            return
        client = StreamingClient(self._provider, SilentListener(), model=self.model)
        try:
            async with asyncio.timeout(self.seconds):
                await client.create(
                    [UserMessage(content="Answer with the word yes.", source=MODERATOR)],
                    extra_create_args=self._provider.single_token,
                )
        except TimeoutError as error:
            raise late() from error


build = Speaker
