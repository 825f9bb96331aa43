"""Ask a model for a turn, once."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.messages import ToolCallExecutionEvent
from autogen_core import CancellationToken
from autogen_core.model_context import UnboundedChatCompletionContext

from lib.autogen.failures import RAISED, ModelFault, fault, judge_result
from lib.autogen.toolbox import ROUNDS
from lib.contract.failures import ModelAnswerBroken, ModelAnswerEndless

if TYPE_CHECKING:
    from autogen_core.models import LLMMessage

    from lib.autogen.streaming_client import StreamingClient
    from lib.autogen.toolbox import Toolbox
    from lib.autogen.turn_clock import TurnClock
    from lib.autogen.turn_listener import TurnListener
    from lib.contract.events import Usage


@dataclass(frozen=True, slots=True)
class Spoken:
    """One turn as the model gave it."""

    text: str
    finish_reason: str
    usage: Usage

    def costing(self, more: Usage) -> Spoken:
        """Return the same turn with what was used besides."""
        return replace(self, usage=self.usage + more)


class Attempt:
    """One agent's one try at a turn; `messages` are all that it reads."""

    def __init__(self, tap: StreamingClient, listener: TurnListener, toolbox: Toolbox | None = None) -> None:
        """Ask through this tap; `listener` hears of each use of these tools."""
        self._tap, self._listener, self._toolbox = tap, listener, toolbox

    async def make(self, name: str, system: str, messages: list[LLMMessage], clock: TurnClock) -> Spoken:
        """Return the turn of who is called so and reads this. Raises ModelFault with what the attempt cost."""
        speaker = AssistantAgent(
            name,
            self._tap,
            system_message=system,
            model_context=UnboundedChatCompletionContext(initial_messages=messages),
            workbench=self._toolbox,
            max_tool_iterations=ROUNDS,
            reflect_on_tool_use=True,
        )
        try:
            await self._run(speaker, clock)
            return self._judged()
        except ModelFault as problem:
            problem.usage = self._tap.usage
            problem.outage = problem.outage and not any(exchange.written for exchange in self._tap.exchanges)
            raise

    async def _run(self, speaker: AssistantAgent, clock: TurnClock) -> None:
        token = CancellationToken()
        try:
            async with clock.running(), contextlib.aclosing(speaker.on_messages_stream([], token)) as events:
                async for event in events:
                    if isinstance(event, ToolCallExecutionEvent) and self._toolbox is not None:
                        for result in event.content:
                            await self._listener.use(self._toolbox.use(result))
        except RAISED as error:
            flooded = any(exchange.call.flooded for exchange in self._tap.exchanges)
            raise (ModelFault(ModelAnswerEndless()) if flooded else fault(error)) from error
        finally:
            # Not before: an agent that is asked for the next event of a tool's call would wait for ever.
            token.cancel()

    def _judged(self) -> Spoken:
        """Judge the turn by the result that the agent drops. Raises ModelFault."""
        last = self._tap.exchanges[-1]
        if last.result is None or not isinstance(text := last.result.content, str):
            raise ModelFault(ModelAnswerBroken())
        judge_result(text, last.result.finish_reason, finished=last.finished)
        return Spoken(text, last.result.finish_reason, self._tap.usage)
