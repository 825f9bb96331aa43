"""What a server refuses is left out, and remembered; the names say whose words they are."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from autogen_core.models import AssistantMessage, SystemMessage, UserMessage

from lib.autogen.failures import ModelFault
from lib.autogen.openai.features import Feature
from lib.autogen.openai.request import used
from tests.support.model_server import GOOD, Answer, said, words
from tests.support.scripted_server import Outcome, ask, asking

if TYPE_CHECKING:
    from autogen_core.models import LLMMessage
    from autogen_core.tools import ToolSchema

MESSAGES: list[LLMMessage] = [
    SystemMessage(content="You are an analyst."),
    UserMessage(content="Content", source="user"),
    UserMessage(content="Remark", source="moderator"),
    AssistantMessage(content="Mine", source="analyst"),
    UserMessage(content="Your turn", source="moderator"),
]
SCHEMA = {"type": "json_schema", "json_schema": {"name": "judgement", "strict": True, "schema": {"type": "object"}}}
TOOLS: list[ToolSchema] = [{"name": "signals", "description": "Look"}]
JUDGING = {"response_format": SCHEMA}
BOUNDED = {"max_tokens": 300}


def refusal(status: int, message: str = "no") -> Answer:
    return Answer([json.dumps({"error": {"message": message}}).encode()], status)


def in_stream(message: str, **fields: Any) -> Answer:
    return Answer([b"data: %b\n\n" % json.dumps({"error": {"message": message} | fields}).encode()])


ALTERNATE = "Conversation roles must alternate user/assistant/user/assistant/..."
NO_NAME = (
    "'messages.1' : for 'role:user' the following must be satisfied[('messages.1' : property 'name' is unsupported)]"
)
MAX = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
LOC = json.dumps({"detail": [{"type": "extra_forbidden", "loc": ["body", "messages", 1, "user", "name"]}]})
JINJA = "tools param requires --jinja flag"

# fmt: off
REFUSALS: dict[str, tuple[Answer, dict[str, Any], set[Feature]]] = {
    "422 for name (Mistral, autogen#6147)": (Answer([LOC.encode()], 422), {}, {Feature.NAMES}),
    "400 for name (Groq)": (refusal(400, NO_NAME), {}, {Feature.NAMES}),
    "422 for stream_options (openai-agents-python#442)": (refusal(422, "stream_options: extra fields not permitted"), {}, {Feature.USAGE}),
    "400 for roles (vllm#6862)": (refusal(400, ALTERNATE), {}, {Feature.CONSECUTIVE, Feature.NAMES}),
    "500 for roles (llama.cpp)": (refusal(500, f"Jinja Exception: {ALTERNATE}"), {}, {Feature.CONSECUTIVE, Feature.NAMES}),
    "400 for the system's role (Gemma)": (refusal(400, "System role not supported"), {}, {Feature.SYSTEM, Feature.CONSECUTIVE, Feature.NAMES}),
    "400 for max_tokens (OpenAI)": (refusal(400, MAX), BOUNDED, {Feature.MAX_TOKENS}),
    "400 for json_schema (DeepSeek)": (refusal(400, "This response_format type is unavailable now"), JUDGING, {Feature.SCHEMA}),
    "500 for json_schema (llama.cpp#19349)": (refusal(500, "failed to parse grammar"), JUDGING, {Feature.SCHEMA}),
    "404 for json_schema (OpenRouter)": (refusal(404, "No endpoints found that can handle the requested parameters."), JUDGING, {Feature.SCHEMA}),
    "json_schema refused in the stream (jp#978)": (in_stream("json_schema is not supported"), JUDGING, {Feature.SCHEMA}),
    "400 without a word, judging": (refusal(400), JUDGING, {Feature.SCHEMA}),
    "501 without a word, judging": (refusal(501), JUDGING, {Feature.SCHEMA}),
    "422 without a word, debating": (refusal(422), {}, {Feature.USAGE, Feature.NAMES, Feature.CONSECUTIVE, Feature.SYSTEM}),
}
# fmt: on


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_refused_is_left_out_and_remembered(name: str) -> None:
    answer, options, gone = REFUSALS[name]

    async def run() -> None:
        async with asking(answer) as (client, server):
            for _ in range(2):
                outcome = await ask(client, MESSAGES, extra_create_args=options)
                assert outcome.text == "Utilities lead the market."
            before, after, again = map(used, server.bodies)
            assert before - after == gone
            assert again == after

    asyncio.run(run())


def test_the_form_goes_down_to_words() -> None:
    async def run() -> None:
        async with asking(refusal(400), refusal(400)) as (client, server):
            for _ in range(2):
                await ask(client, extra_create_args=JUDGING)
            forms = [body.get("response_format", {}).get("type") for body in server.bodies]
            assert forms == ["json_schema", "json_object", None, None]

    asyncio.run(run())


def test_messages_of_one_role_are_merged() -> None:
    async def run() -> None:
        async with asking(refusal(400, ALTERNATE)) as (client, server):
            await ask(client, MESSAGES)
            merged = [(message["role"], message["content"]) for message in server.bodies[1]["messages"]]
            assert merged == [
                ("system", "You are an analyst."),
                ("user", "Content\n\nRemark"),
                ("assistant", "Mine"),
                ("user", "Your turn"),
            ]

    asyncio.run(run())


def test_a_limit_is_renamed_and_then_left_out() -> None:
    async def run() -> None:
        async with asking(refusal(400, MAX), refusal(400, "max_completion_tokens: unknown")) as (client, server):
            await ask(client, extra_create_args=BOUNDED)
            limits = [(body.get("max_tokens"), body.get("max_completion_tokens")) for body in server.bodies]
            assert limits == [(300, None), (None, 300), (None, None)]

    asyncio.run(run())


@pytest.mark.parametrize(
    "answer",
    [
        refusal(500, JINJA),
        refusal(404, "No endpoints found that support tool use."),
        refusal(400, "gemma does not support tools"),
        refusal(400),
        in_stream("tool calling is not supported with this model", code="tool_use_failed"),
    ],
    ids=["500 (llama.cpp)", "404 (OpenRouter)", "400 (Ollama)", "400", "in the stream (Groq)"],
)
def test_a_refusal_of_tools_is_said_as_the_prompt_must_change(answer: Answer) -> None:
    async def run() -> None:
        async with asking(answer) as (client, server):
            with pytest.raises(ModelFault) as caught:
                await client.create(MESSAGES, tools=TOOLS)
            assert (caught.value.refused_tools, len(server.bodies)) == (True, 1)

    asyncio.run(run())


def test_what_was_taken_once_is_asked_again_after_a_refusal() -> None:
    async def run() -> None:
        async with asking(GOOD, refusal(400, NO_NAME)) as (client, server):
            for _ in range(3):
                assert (await ask(client, MESSAGES)).text
            assert [Feature.NAMES in used(body) for body in server.bodies] == [True, True, False, True]

    asyncio.run(run())


def test_a_refusal_without_a_word_of_what_was_taken_once_is_final() -> None:
    async def run() -> None:
        async with asking(GOOD, refusal(400), refusal(400)) as (client, server):
            await ask(client, MESSAGES)
            assert await ask(client, MESSAGES) == Outcome(finish="", failure="model-refused")
            assert len(server.bodies) == 2

    asyncio.run(run())


def test_what_is_refused_whatever_is_left_out_fails_as_it_was_first_refused_and_nothing_is_remembered() -> None:
    async def run() -> None:
        async with asking(refusal(400, NO_NAME), *[refusal(422)] * 2, GOOD) as (client, server):
            with pytest.raises(ModelFault) as caught:
                await client.create(MESSAGES)
            assert caught.value.status == 400
            await ask(client, MESSAGES)
            assert used(server.bodies[0]) == used(server.bodies[-1])

    asyncio.run(run())


def test_a_refusal_after_words_is_none() -> None:
    async def run() -> None:
        broken = Answer([*words("Half"), *in_stream("stream_options", code=400).pieces])
        async with asking(broken, said("never")) as (client, server):
            assert (await ask(client, MESSAGES)).failure == "model-refused"
            assert len(server.bodies) == 1

    asyncio.run(run())
