"""Stream a model's text to a TurnListener, and keep the results that AutoGen's agent drops."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Literal

from autogen_core.models import ChatCompletionClient, CreateResult

from lib.autogen.failures import ModelFault
from lib.autogen.model_call import ModelCall, call_characters, characters
from lib.autogen.provider import NO_FORM
from lib.autogen.thought import Thought, Unsaid
from lib.contract.closed import clean
from lib.contract.events import NOTHING
from lib.contract.failures import ModelAnswerBroken
from lib.process.monitoring import telemetry

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Mapping, Sequence

    from autogen_core import CancellationToken, FunctionCall
    from autogen_core.models import LLMMessage, ModelInfo, RequestUsage
    from autogen_core.tools import Tool, ToolSchema
    from pydantic import BaseModel

    from lib.autogen.provider import CreateArgs, Provider
    from lib.autogen.toolbox import Toolbox
    from lib.autogen.turn_listener import TurnListener
    from lib.contract.events import Usage

TOOL_CALLED = "tool-called"
"""The reason to discard text before a tool call: the model speaks anew when it has the result."""

THOUGHT = "thought"
"""The reason to discard text that turned out to be a thought: the server marks only where it ends."""


class StreamingClient(ChatCompletionClient):
    """A client for one attempt at a turn, whose `calls` it keeps. Each streams from the provider's client.

    The agent gets only whole answers, in a third of the time that its own stream takes for a chunk.
    """

    def __init__(
        self,
        provider: Provider,
        listener: TurnListener,
        form: CreateArgs = NO_FORM,
        toolbox: Toolbox | None = None,
        model: str | None = None,
    ) -> None:
        """Tell `listener` each delta of the text, and an empty one for each delta of a thought.

        `form` goes to the server with each call; AutoGen's `json_output` would validate the answer, and drop a bad one.
        `model` names the spans.
        """
        self._inner, self._listener, self._form = provider.client, listener, form
        self._toolbox, self._model = toolbox, model
        self.calls: list[ModelCall] = []

    @property
    def usage(self) -> Usage:
        """Return the usage of all calls together."""
        return sum((call.usage for call in self.calls), NOTHING)

    async def create(
        self,
        messages: Sequence[LLMMessage],
        *,
        tools: Sequence[Tool | ToolSchema] = (),
        tool_choice: Tool | Literal["auto", "required", "none"] = "auto",
        json_output: bool | type[BaseModel] | None = None,
        extra_create_args: Mapping[str, Any] | None = None,
        cancellation_token: CancellationToken | None = None,
    ) -> CreateResult:
        """Stream from the inner client, and return its result. Raises ModelFault."""
        # Cancelling the task cancels the stream. AutoGen's client would keep a task a chunk on the token for the turn.
        del cancellation_token
        stream = self.create_stream(
            messages,
            tools=tools,
            tool_choice=tool_choice,
            json_output=json_output,
            extra_create_args=extra_create_args,
        )
        call = ModelCall(characters(messages))
        self.calls.append(call)
        with self._span(call):
            async with contextlib.aclosing(stream):
                text = await self._stream(stream, call)
        if call.result is None:
            raise ModelFault(ModelAnswerBroken())
        if isinstance(tool_calls := call.result.content, str):
            call.result = call.result.model_copy(update={"content": text})
            return call.result
        call.output_characters += sum(map(call_characters, tool_calls))
        if self._toolbox is None or not tools:
            raise ModelFault(ModelAnswerBroken())
        if text:
            await self._listener.discard_text(TOOL_CALLED, NOTHING)
        return _calling(call.result, self._toolbox.admit(tool_calls), text)

    @contextlib.contextmanager
    def _span(self, call: ModelCall) -> Generator[None]:
        with telemetry.span(f"chat {self._model}", "client") as span:
            span.note(gen_ai__operation__name="chat", gen_ai__request__model=self._model)
            yield
            usage = call.usage
            span.note(gen_ai__usage__input_tokens=usage.input_tokens, gen_ai__usage__output_tokens=usage.output_tokens)

    async def _stream(self, stream: AsyncGenerator[str | CreateResult, None], call: ModelCall) -> str:
        """Tell the listener the text without thoughts, and return it."""
        text = ""
        async for part in stream:
            if isinstance(part, CreateResult):
                call.result = part
                continue
            call.output_characters += len(part)
            if isinstance(part, Unsaid) and text:
                await self._listener.discard_text(THOUGHT, NOTHING)
                text = ""
            delta = "" if isinstance(part, Thought) else clean(part)
            text += delta
            if self._listener.add_text(delta):
                await self._listener.drain()
        return text

    def create_stream(
        self,
        messages: Sequence[LLMMessage],
        *,
        tools: Sequence[Tool | ToolSchema] = (),
        tool_choice: Tool | Literal["auto", "required", "none"] = "auto",
        json_output: bool | type[BaseModel] | None = None,
        extra_create_args: Mapping[str, Any] | None = None,
        cancellation_token: CancellationToken | None = None,
    ) -> AsyncGenerator[str | CreateResult, None]:
        """Return the inner client's stream, with the form asked for."""
        return self._inner.create_stream(
            messages,
            tools=tools,
            tool_choice=tool_choice,
            json_output=json_output,
            extra_create_args={**(extra_create_args or {}), **self._form},
            cancellation_token=cancellation_token,
        )

    async def close(self) -> None:
        """Leave the inner client open: it outlives the turn."""

    def actual_usage(self) -> RequestUsage:
        """Return the inner client's."""
        return self._inner.actual_usage()

    def total_usage(self) -> RequestUsage:
        """Return the inner client's."""
        return self._inner.total_usage()

    def count_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = ()) -> int:
        """Return the inner client's."""
        return self._inner.count_tokens(messages, tools=tools)

    def remaining_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = ()) -> int:
        """Return the inner client's."""
        return self._inner.remaining_tokens(messages, tools=tools)

    @property
    def capabilities(self) -> ModelInfo:
        """Return the inner client's."""
        return self._inner.model_info

    @property
    def model_info(self) -> ModelInfo:
        """Return the inner client's."""
        return self._inner.model_info


def _calling(result: CreateResult, calls: list[FunctionCall], text: str) -> CreateResult:
    """Return a result that calls tools; the text before the calls becomes its thought, which the model reads again."""
    return result.model_copy(update={"content": calls, "thought": text or None})
