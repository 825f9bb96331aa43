"""Answer as a chat completion client of AutoGen does, by rules, with no key and no network."""

from __future__ import annotations

import asyncio
import contextlib
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from autogen_core.models import (
    AssistantMessage,
    ChatCompletionClient,
    CreateResult,
    ModelFamily,
    ModelInfo,
    RequestUsage,
    UserMessage,
)
from pydantic import BaseModel

from lib.agents.prompt import parse
from lib.agents.prompt.prompt import USER
from lib.offline_model.arguments import argue
from lib.offline_model.judging import judge
from lib.offline_model.scene import Scene

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence

    from autogen_core import CancellationToken
    from autogen_core.models import LLMMessage
    from autogen_core.tools import Tool, ToolSchema

Item = TypeVar("Item")

SECONDS_PER_CHUNK = 0.01
CHUNK = re.compile(r"\s*(?:\S+\s*){1,3}")
CONTEXT_WORDS = 1_000_000
INFO = ModelInfo(
    vision=False, function_calling=False, json_output=True, structured_output=True, family=ModelFamily.UNKNOWN
)


class OfflineModel(ChatCompletionClient):
    """Speaks for each agent of a debate. The same messages give the same text; a token is a word."""

    component_type = "model"
    component_config_schema = BaseModel

    def __init__(self) -> None:
        """Start the one thread in which texts are read: a long one takes too long for the event loop."""
        self._thread = ThreadPoolExecutor(1, "offline")
        self._used = RequestUsage(prompt_tokens=0, completion_tokens=0)

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
        """Return the whole turn at once. Raises ValueError for messages that are not a Prompt's."""
        del tools, tool_choice, json_output, extra_create_args
        stream = self.create_stream(messages, cancellation_token=cancellation_token)
        *_, result = [part async for part in stream if isinstance(part, CreateResult)]
        return result

    async def create_stream(
        self,
        messages: Sequence[LLMMessage],
        *,
        tools: Sequence[Tool | ToolSchema] = (),
        tool_choice: Tool | Literal["auto", "required", "none"] = "auto",
        json_output: bool | type[BaseModel] | None = None,
        extra_create_args: Mapping[str, Any] | None = None,
        cancellation_token: CancellationToken | None = None,
    ) -> AsyncGenerator[str | CreateResult, None]:
        """Yield the turn a few words at a time, then the result. Raises ValueError for messages of no Prompt.

        The Task of the last message decides between prose and a Judgement's JSON; tools and `json_output` are ignored.
        """
        del tools, tool_choice, json_output, extra_create_args
        scene = _scene(messages)
        text = await asyncio.get_running_loop().run_in_executor(self._thread, _answer, scene)
        for chunk in CHUNK.findall(text):
            await _pause(cancellation_token)
            yield chunk
        usage = RequestUsage(prompt_tokens=self.count_tokens(messages), completion_tokens=len(text.split()))
        self._used = RequestUsage(
            prompt_tokens=self._used.prompt_tokens + usage.prompt_tokens,
            completion_tokens=self._used.completion_tokens + usage.completion_tokens,
        )
        yield CreateResult(finish_reason="stop", content=text, usage=usage, cached=False)

    async def close(self) -> None:
        """End the thread after its last answer."""
        self._thread.shutdown(wait=False)

    def actual_usage(self) -> RequestUsage:
        """Return the words read and written so far."""
        return self._used

    def total_usage(self) -> RequestUsage:
        """Return the same as `actual_usage`: nothing is cached."""
        return self._used

    def count_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = ()) -> int:
        """Count the words of the messages."""
        del tools
        return sum(len(message.content.split()) for message in messages if isinstance(message.content, str))

    def remaining_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = ()) -> int:
        """Return how many words more fit a context that is larger than any debate."""
        return CONTEXT_WORDS - self.count_tokens(messages, tools=tools)

    @property
    def capabilities(self) -> ModelInfo:
        """Return `model_info`, which replaces it."""
        return INFO

    @property
    def model_info(self) -> ModelInfo:
        """Return what the model can do."""
        return INFO


async def _pause(token: CancellationToken | None) -> None:
    await asyncio.sleep(SECONDS_PER_CHUNK)
    if token is not None and token.is_cancelled():
        raise asyncio.CancelledError


def _answer(scene: Scene) -> str:
    return judge(scene).model_dump_json() if scene.task.purpose == "verdict" else argue(scene)


def _scene(messages: Sequence[LLMMessage]) -> Scene:
    heard = [
        message.content for message in messages if isinstance(message, UserMessage) and isinstance(message.content, str)
    ]
    if not heard:
        msg = "no message gives the material"
        raise ValueError(msg)
    own = [message.content for message in messages if isinstance(message, AssistantMessage)]
    return Scene(
        request=parse.material(heard[0]),
        task=parse.task(heard[-1]),
        own=tuple(text for text in own if isinstance(text, str)),
        turns=tuple(_parsed(parse.turn, heard[1:-1])),
        steers=tuple(_parsed(parse.steer, _latest(messages))),
    )


def _parsed(parser: Callable[[str], Item], texts: Sequence[str]) -> Iterator[Item]:
    """Yield what the parser makes of each text, without the texts that it refuses."""
    for text in texts:
        with contextlib.suppress(ValueError):
            yield parser(text)


def _latest(messages: Sequence[LLMMessage]) -> list[str]:
    """Return the steers since the last turn, before the task."""
    latest: list[str] = []
    for message in messages[:-1]:
        if isinstance(message, UserMessage) and message.source == USER and isinstance(message.content, str):
            latest.append(message.content)
        else:
            latest.clear()
    return latest
