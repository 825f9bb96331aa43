"""Hold whole debates with a model server that takes structured output in one way or another, or in none."""

from __future__ import annotations

import asyncio
import itertools
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from llmock.scenarios import Fail, Match, Reply, RequestInfo

from scripts.local import functions
from tests.support.model_server import JUDGEMENT, ModelServer, inexact, judged, said
from tests.support.moderation import moderating
from tests.support.stream import request, start, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from llmock.pytest_plugin import LLMock

    from tests.support.model_server import Answer
    from tests.support.stream import Event

JUDGE = 4
CONTENT = request()["content"]["text"]
EVIDENCE = [
    {"source": "content", "quote": "Utilities lead the market by 3%", "turn": None, "agent": None},
    {"source": "turn", "quote": "Utilities lead", "turn": 2, "agent": "market_context"},
]
GOOD = json.dumps(JUDGEMENT | {"evidence": EVIDENCE})
KINDS: dict[str, tuple[set[str], list[str | None], str]] = {
    "json_schema": ({"json_schema", "json_object"}, ["json_schema"], GOOD),
    "json_object": ({"json_object"}, ["json_schema", "json_object"], GOOD),
    "neither": (set(), ["json_schema", "json_object", None], f"My judgement:\n```json\n{GOOD}\n```\nThat is all."),
}
"""What a server takes, what it is asked in turn, and how it answers."""


def verdict(log: Sequence[Event]) -> Any:
    assert [event["type"] for event in log[-3:]] == ["turn.completed", "verdict.completed", "debate.completed"]
    return log[-2]["verdict"]


def check(found: Any) -> None:
    assert found["evidence"] == EVIDENCE
    assert (found["stance"], found["dropped_quotes"]) == ("risk_off", 0)
    assert [step["rule"] for step in found["adjustments"]] == ["no-signals"]
    assert found["confidence"] == 0.35


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_debate_whatever_the_server_takes(idle: dict[str, str], kind: str) -> None:
    takes, asked, answer = KINDS[kind]

    async def hold() -> None:
        async with ModelServer().serving() as server, moderating(idle, server) as moderation:
            server.takes = takes
            for title in ("first", "second"):
                server.scripts[title] = {JUDGE: [said(answer)]}
                check(verdict(await moderation.run_debate(title)))
            assert server.forms["first"] == [None, None, None, *asked]
            assert server.forms["second"] == [None, None, None, asked[-1]]

    asyncio.run(hold())


def test_a_server_that_takes_the_protocol_lightly_is_heard(idle: dict[str, str]) -> None:
    async def hold() -> None:
        async with ModelServer().serving() as server, moderating(idle, server) as moderation:
            server.scripts["lightly"] = {1: [inexact("Utilities ", "lead.")], JUDGE: [said(GOOD)]}
            log = await moderation.run_debate("lightly")
            check(verdict(log))
            assert next(event["text"] for event in log if event["type"] == "turn.completed") == "Utilities lead."

    asyncio.run(hold())


def test_all_turns_go_over_one_connection(idle: dict[str, str]) -> None:
    async def hold() -> None:
        async with ModelServer().serving() as server, moderating(idle, server) as moderation:
            verdict(await moderation.run_debate("kept"))
            assert server.connections == 1

    asyncio.run(hold())


@dataclass(frozen=True)
class After(Match):
    """Accept some requests after the first three, which are the debaters'."""

    most: int = 0
    seen: Iterator[int] = field(default_factory=itertools.count, compare=False)

    def accepts(self, info: RequestInfo) -> bool:
        """Count the request, and say whether it is one of those."""
        return info.path.endswith("/chat/completions") and JUDGE - 1 <= next(self.seen) < JUDGE - 1 + self.most


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_debate_through_a_server_that_nobody_here_wrote(
    own_database: dict[str, str], log: Path, user: str, llmock: LLMock, kind: str
) -> None:
    _, asked, answer = KINDS[kind]
    refused = len(asked) - 1
    if refused:
        llmock.add(Fail(400, times=refused, match=After(most=refused)))
    llmock.add(Reply(text="Utilities lead the market, it says.", times=3), Reply(text=answer))
    model = {"DEBATE_MODEL": "gpt-4o-mini", "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": llmock.base_url("openai")}
    with functions.serving(own_database | model, log) as serving, httpx.Client(base_url=serving.url) as http:
        check(verdict(whole(http, start(http, user)["stream_url"], user)))
    assert [_form(record.body) for record in llmock.requests] == [None, None, None, *asked]


def _form(body: Any) -> str | None:
    return body.get("response_format", {}).get("type")


def _quoting(*quotes: str) -> Answer:
    evidence = [{"source": "content", "quote": quote, "turn": None, "agent": None} for quote in quotes]
    return judged(evidence=evidence)


WORDS = "lumber lags gold"


@pytest.mark.parametrize(
    ("answers", "quotes", "dropped"),
    [
        ([_quoting(WORDS)], [WORDS], 0),
        ([_quoting(WORDS, "It was not said"), _quoting(WORDS, "Utilities lead")], [WORDS, "Utilities lead"], 0),
        ([_quoting(WORDS, "It was not said"), _quoting(WORDS, "Nor was this")], [WORDS], 1),
        ([_quoting(WORDS, "No", "Never"), said("I stand by it.")], [WORDS], 2),
    ],
    ids=["good at once", "mended", "not mended", "no answer"],
)
def test_quotes_that_fail_go_back_once_with_their_reasons(
    idle: dict[str, str], answers: list[Answer], quotes: list[str], dropped: int
) -> None:
    async def hold() -> None:
        async with ModelServer().serving() as server, moderating(idle, server) as moderation:
            server.scripts["quotes"] = {JUDGE: answers}
            log = await moderation.run_debate("quotes")
            found = verdict(log)
            assert [evidence["quote"] for evidence in found["evidence"]] == quotes
            assert found["dropped_quotes"] == dropped
            assert server.requests["quotes"][JUDGE] == len(answers)
            assert log[-3]["usage"]["input_tokens"] == 100 * len(answers)
            if len(answers) > 1:
                *_, before, again = server.prompts["quotes"][-1]
                assert (before["role"], again["role"]) == ("assistant", "user")
                assert "not in the content" in again["content"]

    asyncio.run(hold())


SPENT = {"DEBATE_TOKEN_BUDGET": "360"}
"""What three turns use."""


def test_quotes_do_not_go_back_where_no_token_is_left(idle: dict[str, str]) -> None:
    async def hold() -> None:
        async with ModelServer().serving() as server, moderating(idle, server, **SPENT) as moderation:
            server.scripts["late"] = {JUDGE: [_quoting("It was not said")]}
            assert verdict(await moderation.run_debate("late"))["dropped_quotes"] == 1
            assert server.requests["late"][JUDGE] == 1

    asyncio.run(hold())


def test_a_prompt_fits_the_context_and_says_what_was_left_out(idle: dict[str, str]) -> None:
    text = "Utilities lead the market by 3% while lumber lags gold. " * 800

    async def hold() -> None:
        async with (
            ModelServer().serving() as server,
            moderating(idle, server, DEBATE_CONTEXT_TOKENS="4096") as moderation,
        ):
            content = request(text)["content"]
            await moderation.run_debate("long", content=content)
            for messages in server.prompts["long"]:
                assert sum(len(message["content"]) for message in messages) < 4 * 4096
                assert "characters left out here" in messages[1]["content"]

    asyncio.run(hold())
