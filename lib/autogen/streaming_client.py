"""Show a model's text as it comes, and keep the result that AutoGen's agent drops."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Literal

from autogen_core.models import ChatCompletionClient, CreateResult

from lib.autogen.failures import ModelFault
from lib.autogen.model_call import ModelCall, called, characters
from lib.autogen.openai import responses
from lib.autogen.think_filter import CLOSE, ThinkFilter
from lib.contract.closed import clean
from lib.contract.events import NOTHING
from lib.contract.failures import ModelAnswerEndless
from lib.process.monitoring import telemetry

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Mapping, Sequence

    from autogen_core import CancellationToken, FunctionCall
    from autogen_core.models import LLMMessage, ModelInfo, RequestUsage
    from autogen_core.tools import Tool, ToolSchema
    from pydantic import BaseModel

    from lib.autogen.toolbox import Toolbox
    from lib.autogen.turn_listener import TurnListener
    from lib.contract.events import Usage

MOST_CHARACTERS = 50_000
"""What one turn may have: ten times the longest that a mandate asks for."""

TOOL_CALLED = "tool-called"
"""Why words are taken back: the model went on to call a tool, and speaks anew when it has the result."""


class StreamingClient(ChatCompletionClient):
    """A client for one turn: each call is a stream of `inner`; only whole answers pass through the agent.

    That costs a third of what the agent's own stream does for each chunk. `exchanges` are all the calls.
    """

    def __init__(
        self,
        inner: ChatCompletionClient,
        listener: TurnListener,
        form: Mapping[str, Any] | None = None,
        toolbox: Toolbox | None = None,
        model: str | None = None,
    ) -> None:
        """Let `listener` hear each piece of speech, and an empty one for each piece of thought.

        `form` is asked of the server with each call: AutoGen's own would judge the answer, and drop it.
        `model` is the name that spans have of each.
        """
        self._inner, self._listener, self._form = inner, listener, form or {}
        self._toolbox, self._model = toolbox, model
        self.exchanges: list[ModelCall] = []

    @property
    def usage(self) -> Usage:
        """Return what all calls used."""
        return sum((exchange.usage for exchange in self.exchanges), NOTHING)

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
        """Stream from the inner client, and return its result.

        Whoever cancels this cancels what it waits for. With the token AutoGen's client would make each chunk a task,
        and keep it for as long as the turn lasts.
        """
        del cancellation_token
        stream = self.create_stream(
            messages,
            tools=tools,
            tool_choice=tool_choice,
            json_output=json_output,
            extra_create_args=extra_create_args,
        )
        exchange = ModelCall(characters(messages))
        self.exchanges.append(exchange)
        with self._span(exchange):
            async with responses.call() as exchange.call, contextlib.aclosing(stream):
                speech = await self._hear(stream, exchange)
        if exchange.result is None:
            raise ValueError("the stream ended without a result")
        # Some servers never say where thoughts begin.
        answer = speech.rpartition(CLOSE)[2]
        if isinstance(calls := exchange.result.content, str):
            exchange.result = exchange.result.model_copy(update={"content": answer})
            return exchange.result
        exchange.written += sum(map(called, calls))
        if self._toolbox is None or not tools:
            raise ValueError("the model called a tool where it was offered none")
        if speech:
            await self._listener.take_back(TOOL_CALLED, NOTHING)
        return _calling(exchange.result, self._toolbox.admit(calls), answer)

    @contextlib.contextmanager
    def _span(self, exchange: ModelCall) -> Generator[None]:
        with telemetry.span(f"chat {self._model}", "client") as span:
            span.note(gen_ai__operation__name="chat", gen_ai__request__model=self._model)
            yield
            usage = exchange.usage
            span.note(gen_ai__usage__input_tokens=usage.input_tokens, gen_ai__usage__output_tokens=usage.output_tokens)

    async def _hear(self, stream: AsyncGenerator[str | CreateResult, None], exchange: ModelCall) -> str:
        """Pass on what is said, and return all of it."""
        thoughts, speech, size = ThinkFilter(), list[str](), 0
        async for piece in stream:
            if isinstance(piece, CreateResult):
                speech.append(thoughts.rest())
                exchange.result = piece
            else:
                exchange.written += len(piece)
                speech.append(thoughts.pass_on(clean(piece)))
                size += len(speech[-1])
                if size > MOST_CHARACTERS:
                    raise ModelFault(ModelAnswerEndless())
            if self._listener.say(speech[-1]):
                await self._listener.drain()
        return "".join(speech)

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
        """Pass the inner client's stream on."""
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


def _calling(result: CreateResult, calls: list[FunctionCall], said: str) -> CreateResult:
    """Return a result that calls tools; what was said before is kept where the model finds it again."""
    return result.model_copy(update={"content": calls, "thought": said or None})
