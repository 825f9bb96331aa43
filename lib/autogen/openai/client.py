"""Speak OpenAI's protocol, as the chat completion client of AutoGen's agents."""

from __future__ import annotations

import contextlib
import json
import math
from typing import TYPE_CHECKING, Any, Literal

from autogen_core.models import ChatCompletionClient, CreateResult, ModelFamily, ModelInfo, RequestUsage
from pydantic import BaseModel

from lib.autogen.failures import ModelFault
from lib.autogen.openai import errors, finish, request
from lib.autogen.openai.answer import Answer
from lib.autogen.openai.chunk_stream import ChunkStream
from lib.autogen.openai.connection import Connection
from lib.autogen.openai.features import Feature, Features
from lib.autogen.openai.spoken import Spoken
from lib.contract.failures import ModelAnswerEmpty, ModelContentFilter, ModelUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from autogen_core import CancellationToken
    from autogen_core.models import LLMMessage
    from autogen_core.tools import Tool, ToolSchema

ERROR_SECONDS = 5.0
"""How long the body of an error may take to arrive."""

CHARACTERS_PER_TOKEN, CONTEXT_TOKENS = 4, 128_000

INFO = ModelInfo(
    vision=False, function_calling=True, json_output=True, structured_output=True, family=ModelFamily.UNKNOWN
)
"""What is asked of every model; what its server refuses is learned from its answers."""


class OpenAIClient(ChatCompletionClient):
    """A client for one model of one server, for any number of turns at once."""

    component_type = "model"
    component_config_schema = BaseModel

    def __init__(self, model: str, url: str, key: str, silence: float) -> None:
        """Ask the server whose API has this base `url`.

        `silence` are the seconds for which it may send nothing in the middle of an answer, not even a comment. How long
        the first word takes is for the caller to bound: a server that queues is not down.
        """
        self._model, self._silence = model, silence
        self._connection = Connection(f"{url}/chat/completions", key)
        self._features = Features()
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
        """Return the whole answer. Raises ModelFault."""
        answer = self.create_stream(
            messages,
            tools=tools,
            tool_choice=tool_choice,
            json_output=json_output,
            extra_create_args=extra_create_args,
            cancellation_token=cancellation_token,
        )
        async with contextlib.aclosing(answer) as pieces:
            return [piece async for piece in pieces if isinstance(piece, CreateResult)][-1]

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
        """Yield speech as it comes, each Thought between, and the whole at the end. Raises ModelFault.

        Whoever cancels this cancels what it waits for; a token is not looked at.
        """
        del cancellation_token
        options = request.options(tool_choice, json_output, extra_create_args or {})
        without, first = self._features.refused, None
        while True:
            body = request.body(self._model, messages, tools, options, without)
            used, heard = request.used(body), False
            try:
                async with contextlib.aclosing(self._ask(body)) as pieces:
                    async for piece in pieces:
                        if isinstance(piece, CreateResult):
                            self._features.take(used, without)
                        heard = True
                        yield piece
            except errors.ServerError as error:
                first = first or error
                blamed = self._features.blamed(error, used) - without
                if heard or not blamed or Feature.TOOLS in blamed:
                    raise first.fault(refused_tools=Feature.TOOLS in blamed and not heard) from error
                without |= blamed
            else:
                return

    async def _ask(self, body: Mapping[str, Any]) -> AsyncGenerator[str | CreateResult, None]:
        """Ask once. Raises ServerError for what the server says instead of an answer, ModelFault for all else."""
        async with self._connection.post(json.dumps(body, ensure_ascii=False).encode("utf-8", "ignore")) as response:
            if response.status not in range(200, 300):
                content = await response.read_all(ERROR_SECONDS)
                raise errors.of_response(response.status, response.headers, content)
            answer, stream, spoken = Answer(), ChunkStream(response), Spoken()
            while chunks := await stream.read():
                for chunk in chunks:
                    for piece in spoken.take(answer.add(chunk)):
                        yield piece
                if answer.begun:
                    response.limit_silence(self._silence)
            answer.done = stream.done
        for piece in spoken.rest():
            yield piece
        yield self._result(answer, spoken.text)

    def _result(self, answer: Answer, text: str) -> CreateResult:
        """Return the whole answer. Raises ModelFault where there is none, or only half of one."""
        if answer.finish_reason == finish.ERROR or not answer.ended:
            raise ModelFault(ModelUnavailable() if answer.begun else ModelAnswerEmpty())
        reason = finish.known(answer.finish_reason)
        if reason == "content_filter":
            raise ModelFault(ModelContentFilter())
        usage = answer.usage or RequestUsage(prompt_tokens=0, completion_tokens=0)
        self._used.prompt_tokens += usage.prompt_tokens
        self._used.completion_tokens += usage.completion_tokens
        return CreateResult(finish_reason=reason, content=answer.calls.made() or text, usage=usage, cached=False)

    async def close(self) -> None:
        """Give up all connections."""
        await self._connection.close()

    def actual_usage(self) -> RequestUsage:
        """Return what all answers so far used, as far as the server said it."""
        return self._used

    def total_usage(self) -> RequestUsage:
        """Return the same as `actual_usage`: nothing is cached."""
        return self._used

    def count_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = ()) -> int:
        """Estimate the tokens of a request from the characters of its JSON."""
        body = request.body(self._model, messages, tools, {}, frozenset())
        return math.ceil(len(json.dumps(body, ensure_ascii=False)) / CHARACTERS_PER_TOKEN)

    def remaining_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = ()) -> int:
        """Return how many tokens more could be read; what a debate sends is fitted before."""
        return CONTEXT_TOKENS - self.count_tokens(messages, tools=tools)

    @property
    def capabilities(self) -> ModelInfo:
        """Return the same as `model_info`, which replaces it."""
        return INFO

    @property
    def model_info(self) -> ModelInfo:
        """Say what the model can do."""
        return INFO
