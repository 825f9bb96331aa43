"""Show a model's text as it comes, and keep the result that AutoGen's agent drops."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Literal

from autogen_core.models import ChatCompletionClient, CreateResult

from lib.autogen.faults import endless
from lib.autogen.thoughts import CLOSE, Thoughts
from lib.contract.closed import clean

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence

    from autogen_core import CancellationToken
    from autogen_core.models import LLMMessage, ModelInfo, RequestUsage
    from autogen_core.tools import Tool, ToolSchema
    from pydantic import BaseModel

    Show = Callable[[str], Awaitable[None]]


MOST_CHARACTERS = 50_000
"""What one turn may have: ten times the longest that a mandate asks for."""


class Tap(ChatCompletionClient):
    """A client for one turn: each call is a stream of `inner`; only whole turns pass through the agent.

    That costs a third of what the agent's own stream does for each chunk. `result` is the last call's, `used` what each
    took, `characters` all that the model wrote, its thoughts included.
    """

    def __init__(self, inner: ChatCompletionClient, show: Show, form: Mapping[str, Any] | None = None) -> None:
        """Call `show` with each piece of speech, and with an empty one for each piece of thought.

        `form` is asked of the server with each call: AutoGen's own would judge the answer, and drop it.
        """
        self._inner, self._show, self._form = inner, show, form or {}
        self.result: CreateResult | None = None
        self.characters = 0
        self.used: list[RequestUsage] = []

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
        """Stream from the inner client, and return its result."""
        stream = self.create_stream(
            messages,
            tools=tools,
            tool_choice=tool_choice,
            json_output=json_output,
            extra_create_args=extra_create_args,
            cancellation_token=cancellation_token,
        )
        thoughts, speech, size = Thoughts(), list[str](), 0
        async with contextlib.aclosing(stream):
            async for piece in stream:
                if isinstance(piece, CreateResult):
                    speech.append(thoughts.rest())
                    await self._show(speech[-1])
                    self.result = _spoken(piece, "".join(speech))
                    self.used.append(piece.usage)
                    continue
                self.characters += len(piece)
                speech.append(thoughts.pass_on(clean(piece)))
                size += len(speech[-1])
                if size > MOST_CHARACTERS:
                    raise endless()
                await self._show(speech[-1])
        if self.result is None:
            raise ValueError("the stream ended without a result")
        return self.result

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


def _spoken(result: CreateResult, speech: str) -> CreateResult:
    """Return a result without its thoughts; some servers never say where those begin."""
    if not isinstance(result.content, str):
        return result
    return result.model_copy(update={"content": speech.rpartition(CLOSE)[2]})
