"""Let AutoGen's agents speak: one fresh agent a turn, its context folded from the log."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from autogen_agentchat.agents import AssistantAgent
from autogen_core import CancellationToken
from autogen_core.model_context import UnboundedChatCompletionContext
from autogen_core.models import AssistantMessage, ChatCompletionClient, LLMMessage, ModelFamily, ModelInfo, UserMessage
from autogen_ext.models.openai import OpenAIChatCompletionClient

from lib import agents, prompt
from lib.autogen.faults import RAISED, ModelFault, fault, judge_result
from lib.autogen.tap import Tap
from lib.contract.closed import clean
from lib.contract.events import Usage
from lib.contract.verdict import Judgement
from lib.environment import Misconfigured, Variable, web_address, whole, word
from lib.offline_model import OfflineModel
from lib.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from lib.agents import Agent
    from lib.autogen.tap import Show
    from lib.contract.debate import DebateRequest
    from lib.contract.events import TurnCompleted

__all__ = ["Autogen", "ModelFault", "Spoken", "build"]

MODERATOR = "moderator"

OPENAI_API_KEY = Variable(
    "OPENAI_API_KEY", "The key of the model's server; required unless the model is offline", word, None
)
OPENAI_BASE_URL = Variable(
    "OPENAI_BASE_URL", "The model's server, which speaks OpenAI's protocol", web_address, "https://api.openai.com/v1"
)
DEBATE_TURN_SECONDS = Variable("DEBATE_TURN_SECONDS", "The most seconds that a turn may take", whole(1, 600), 30)

UNKNOWN_MODEL = ModelInfo(
    vision=False, function_calling=True, json_output=True, structured_output=True, family=ModelFamily.UNKNOWN
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One turn as the model gave it."""

    text: str
    finish_reason: str
    usage: Usage


def _openai_client(model: str, environ: Mapping[str, str]) -> ChatCompletionClient:
    key = OPENAI_API_KEY.read(environ)
    if key is None:
        raise Misconfigured(
            f"{OPENAI_API_KEY.name} is not set: {agents.DEBATE_MODEL.name} names a model that is not {agents.OFFLINE}"
        )
    client = partial(
        OpenAIChatCompletionClient,
        model=model,
        api_key=key,
        base_url=OPENAI_BASE_URL.read(environ),
        max_retries=0,
        stream_options={"include_usage": True},  # the constructor's own include_usage is ignored without a word
    )
    try:
        return client()
    except ValueError:  # a name that AutoGen does not know needs its abilities spelled out
        return client(model_info=UNKNOWN_MODEL)


def _messages(request: DebateRequest, said: Sequence[TurnCompleted], task: prompt.Task) -> list[LLMMessage]:
    """Fold a debate into what one agent reads: its own turns as its own, the others' with their names."""
    spoken: list[LLMMessage] = [
        AssistantMessage(content=turn.text, source=turn.agent)
        if turn.agent == task.agent
        else UserMessage(content=prompt.speech(turn), source=turn.agent)
        for turn in said
    ]
    first = UserMessage(content=prompt.brief(request), source=MODERATOR)
    return [first, *spoken, UserMessage(content=prompt.task(task), source=MODERATOR)]


class Autogen(Resource):
    """The model of a process, for any number of agents at once."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read which model is to speak. Raises Misconfigured."""
        self.model = agents.DEBATE_MODEL.read(environ)
        self._seconds = DEBATE_TURN_SECONDS.read(environ)
        self._client: ChatCompletionClient | None = None
        if self.model is not None:
            self._client = OfflineModel() if self.model == agents.OFFLINE else _openai_client(self.model, environ)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            await self._client.close()

    async def speak(
        self, agent: Agent, request: DebateRequest, said: Sequence[TurnCompleted], task: prompt.Task, show: Show
    ) -> Spoken:
        """Have an agent take its turn; `show` gets the text as it comes. Raises ModelFault."""

        async def show_clean(text: str) -> None:
            await show(clean(text))

        return await self._turn(agent, _messages(request, said, task), show_clean)

    async def judge(
        self, agent: Agent, request: DebateRequest, said: Sequence[TurnCompleted], task: prompt.Task
    ) -> tuple[Spoken, Judgement]:
        """Have the judge close; its raw JSON is shown to nobody. Raises ModelFault."""

        async def hide(_: str) -> None:
            pass

        spoken = await self._turn(agent, _messages(request, said, task), hide, Judgement)
        try:
            return spoken, Judgement.model_validate_json(spoken.text)
        except ValueError as error:
            raise fault(error) from error

    async def _turn(
        self, agent: Agent, messages: list[LLMMessage], show: Show, output: type[Judgement] | None = None
    ) -> Spoken:
        if self._client is None:
            detail = f"Whoever operates this must set {agents.DEBATE_MODEL.name}."
            raise ModelFault("model-not-configured", "No model is configured", detail, retryable=False)
        tap = Tap(self._client, show)
        speaker = AssistantAgent(
            agent.id,
            tap,
            system_message=agent.mandate,
            model_context=UnboundedChatCompletionContext(initial_messages=messages),
            output_content_type=output,
        )
        token = CancellationToken()
        try:
            async with asyncio.timeout(self._seconds):
                await speaker.on_messages([], token)
        except RAISED as error:
            raise fault(error) from error
        finally:
            token.cancel()
        return _spoken(tap)


def _spoken(tap: Tap) -> Spoken:
    """Judge a turn by the result that the agent drops. Raises ModelFault."""
    result = tap.result
    if result is None or not isinstance(result.content, str):
        raise fault(ValueError())
    usage = Usage(input_tokens=result.usage.prompt_tokens, output_tokens=result.usage.completion_tokens)
    judge_result(result.content, result.finish_reason, usage.output_tokens)
    return Spoken(clean(result.content), result.finish_reason, usage)


build = Autogen
