"""Ask a model for a turn once."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.messages import ToolCallExecutionEvent
from autogen_core import CancellationToken
from autogen_core.model_context import UnboundedChatCompletionContext
from autogen_core.models import AssistantMessage, UserMessage

from lib.autogen.failures import ModelFault, late
from lib.autogen.toolbox import ROUNDS
from lib.contract.failures import ModelAnswerBroken, ModelAnswerEmpty

if TYPE_CHECKING:
    from autogen_core.models import LLMMessage

    from lib.agents.prompt.prompt import Prompt
    from lib.autogen.streaming_client import StreamingClient
    from lib.autogen.toolbox import Toolbox
    from lib.autogen.turn_clock import TurnClock
    from lib.autogen.turn_listener import TurnListener
    from lib.contract.events import Usage


log = logging.getLogger("autogen")


@dataclass(frozen=True, slots=True)
class TurnResult:
    """A turn as the model gave it; `finish_reason` is AutoGen's."""

    text: str
    finish_reason: str
    usage: Usage

    def adding(self, usage: Usage) -> TurnResult:
        """Return the same turn with more usage."""
        return replace(self, usage=self.usage + usage)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a turn by a fresh AssistantAgent; `listener` is told of each use of the tools in `toolbox`."""

    client: StreamingClient
    listener: TurnListener
    toolbox: Toolbox | None = None

    async def make(self, agent_id: str, prompt: Prompt, clock: TurnClock) -> TurnResult:
        """Return the turn. Raises ModelFault with the usage of the failed attempt."""
        agent = AssistantAgent(
            agent_id,
            self.client,
            system_message=prompt.system,
            model_context=UnboundedChatCompletionContext(initial_messages=_messages(prompt)),
            workbench=self.toolbox,
            max_tool_iterations=ROUNDS,
            reflect_on_tool_use=True,
        )
        try:
            await self._run(agent, clock)
            return self._result()
        except ModelFault as fault:
            fault.usage = self.client.usage
            fault.outage = fault.outage and not any(call.output_characters for call in self.client.calls)
            log.warning("the model gave no turn", extra=fault.fields())
            raise

    async def _run(self, agent: AssistantAgent, clock: TurnClock) -> None:
        token = CancellationToken()
        try:
            async with clock.running(), contextlib.aclosing(agent.on_messages_stream([], token)) as events:
                async for event in events:
                    if isinstance(event, ToolCallExecutionEvent) and self.toolbox is not None:
                        for result in event.content:
                            await self.listener.add_tool_use(self.toolbox.use(result))
        except TimeoutError as error:
            raise late() from error
        finally:
            # Only now: an agent whose token is cancelled during a tool call never ends (microsoft/autogen#7956).
            token.cancel()

    def _result(self) -> TurnResult:
        """Judge the turn by the CreateResult of the last call, which the agent drops. Raises ModelFault."""
        last = self.client.calls[-1]
        if last.result is None or not isinstance(text := last.result.content, str):
            raise ModelFault(ModelAnswerBroken())
        if not text.strip():
            raise ModelFault(ModelAnswerEmpty())
        return TurnResult(text, last.result.finish_reason, self.client.usage)


def _messages(prompt: Prompt) -> list[LLMMessage]:
    return [
        AssistantMessage(content=message.text, source=message.source)
        if message.own
        else UserMessage(content=message.text, source=message.source)
        for message in prompt.messages
    ]
