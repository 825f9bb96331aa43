"""Ask a model for a turn, once."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autogen_agentchat.agents import AssistantAgent
from autogen_core import CancellationToken
from autogen_core.model_context import UnboundedChatCompletionContext

from lib.autogen import wire
from lib.autogen.faults import RAISED, ModelFault, broken, endless, fault, judge_result
from lib.contract.events import NOTHING, Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen_core.models import LLMMessage
    from autogen_core.tools import FunctionTool

    from lib.autogen.clock import Clock
    from lib.autogen.tap import Tap

CHARACTERS_PER_TOKEN = 4
MOST_ITERATIONS = 3
"""So often may an agent use tools in one turn; then it has to speak."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One turn as the model gave it."""

    text: str
    finish_reason: str
    usage: Usage

    def costing(self, more: Usage) -> Spoken:
        """Return the same turn with what was used besides."""
        usage = Usage(
            input_tokens=self.usage.input_tokens + more.input_tokens,
            output_tokens=self.usage.output_tokens + more.output_tokens,
            estimated=self.usage.estimated or more.estimated,
        )
        return replace(self, usage=usage)


class Attempt:
    """One agent's one try at a turn; `messages` are all that it reads."""

    def __init__(
        self, tap: Tap, name: str, system: str, messages: list[LLMMessage], tools: Sequence[FunctionTool] = ()
    ) -> None:
        """Ask through a tap that nobody else uses, with these tools."""
        self._tap, self._name, self._system, self._messages = tap, name, system, messages
        self._tools = tools

    async def make(self, clock: Clock) -> Spoken:
        """Return the turn. Raises ModelFault with what the attempt cost."""
        try:
            async with wire.call() as call:
                await self._run(clock, call)
                return self._judged(call)
        except ModelFault as problem:
            problem.usage = self._usage()
            problem.outage = problem.outage and self._tap.characters == 0
            raise

    async def _run(self, clock: Clock, call: wire.Call) -> None:
        speaker = AssistantAgent(
            self._name,
            self._tap,
            system_message=self._system,
            model_context=UnboundedChatCompletionContext(initial_messages=self._messages),
            tools=list(self._tools) or None,  # even an empty list needs a model that calls functions
            max_tool_iterations=MOST_ITERATIONS,
            reflect_on_tool_use=True,
        )
        token = CancellationToken()
        try:
            async with clock.running():
                await speaker.on_messages([], token)
        except RAISED as error:
            raise (endless() if call.flooded else fault(error)) from error
        finally:
            token.cancel()

    def _judged(self, call: wire.Call) -> Spoken:
        """Judge the turn by the result that the agent drops. Raises ModelFault."""
        result = self._tap.result
        if result is None or not isinstance(result.content, str):
            raise broken()
        finished = call.finished or result.usage.completion_tokens > 0
        judge_result(result.content, result.finish_reason, finished=finished)
        return Spoken(result.content, result.finish_reason, self._usage())

    def _usage(self) -> Usage:
        """Return what the server counted, or an estimate where it answered and did not say."""
        read_, written = (
            sum(getattr(used, name) for used in self._tap.used) for name in ("prompt_tokens", "completion_tokens")
        )
        if self._tap.result is not None and (read_ or written):
            return Usage(input_tokens=read_, output_tokens=written)
        if self._tap.result is None and self._tap.characters == 0:
            return NOTHING
        read = len(self._system) + _characters(self._messages)
        return Usage(input_tokens=_tokens(read), output_tokens=_tokens(self._tap.characters), estimated=True)


def _characters(messages: Sequence[LLMMessage]) -> int:
    return sum(len(message.content) for message in messages if isinstance(message.content, str))


def _tokens(characters: int) -> int:
    return math.ceil(characters / CHARACTERS_PER_TOKEN)
