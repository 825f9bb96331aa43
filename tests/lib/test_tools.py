"""Let agents use tools, with real agents and a server that asks for them as OpenAI's does."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from lib import tools
from lib.autogen import toolbox
from lib.contract.debate import DebateRequest
from tests.house import house
from tests.model_server import DONE, Answer, ModelServer, chunk, said, status
from tests.stream import request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.stream import Event

SIGNALS = [
    {"name": "Utilities/S&P 500", "state": "risk_off", "as_of": "2026-11-20T21:00:00Z", "value": 1.05},
    {"name": "Lumber/Gold", "state": "risk_on", "as_of": "2026-11-20T21:00:00Z"},
]
TEXT = "Spreads widened to 390 from 310 basis points. Lumber fell 14.5% against gold. Nothing else moved."
ASKED = DebateRequest.model_validate(request(TEXT, signals=SIGNALS))


@pytest.mark.parametrize(
    ("operation", "numbers", "calculation"),
    [
        ("percentage_change", [310, 390], "(390 - 310) / 310 * 100 = 25.8065"),
        ("ratio", [390, 310], "390 / 310 = 1.2581"),
        ("difference", [0.3, 0.1], "0.3 - 0.1 = 0.2"),
        ("sum", [0.1, 0.2], "0.1 + 0.2 = 0.3"),
        ("mean", [1, 2, 6], "(1 + 2 + 6) / 3 = 3"),
        ("mean", [-1.5], "(-1.5) / 1 = -1.5"),
    ],
)
def test_calculates_exactly_and_shows_how(operation: tools.Operation, numbers: list[float], calculation: str) -> None:
    assert tools.calculate(operation, numbers)["calculation"] == calculation


@pytest.mark.parametrize(
    ("operation", "numbers"),
    [
        ("ratio", [1, 0]),
        ("percentage_change", [0, 1]),
        ("ratio", [1]),
        ("mean", []),
        ("sum", [1] * 21),
        ("sum", [float("nan")]),
        ("sum", [float("inf")]),
        ("difference", [1e13, 1]),
    ],
)
def test_says_what_it_cannot_calculate(operation: tools.Operation, numbers: list[float]) -> None:
    with pytest.raises(tools.Unusable, match=r"\w+"):
        tools.calculate(operation, numbers)


def test_finds_sentences_by_words_with_their_places() -> None:
    best, *others = tools.search_content(ASKED, "lumber GOLD fell")
    assert best["passage"] == "Lumber fell 14.5% against gold."
    assert ASKED.content.text[best["start"] : best["end"]] == best["passage"]
    assert others == []
    assert tools.search_content(ASKED, ".* (a+)+$") == []
    for words in ("", " ", "x" * 201):
        with pytest.raises(tools.Unusable):
            tools.search_content(ASKED, words)


def test_reads_the_signals_of_a_state_and_a_name() -> None:
    assert [one["name"] for one in tools.signals(ASKED, "any", "")] == ["Utilities/S&P 500", "Lumber/Gold"]
    assert [one["name"] for one in tools.signals(ASKED, "risk_on", "")] == ["Lumber/Gold"]
    assert [one["name"] for one in tools.signals(ASKED, "any", "utilities")] == ["Utilities/S&P 500"]


def _asking(*calls: tuple[str, str], usage: tuple[int, int] = (50, 5)) -> Answer:
    """Ask for tools as a server does: the name first, then the arguments in pieces."""
    pieces: list[Any] = []
    for index, (name, arguments) in enumerate(calls):
        head = {"index": index, "id": f"call_{index}", "type": "function", "function": {"name": name, "arguments": ""}}
        pieces.append(chunk(tool_calls=[head]))
        halves = (arguments[: len(arguments) // 2], arguments[len(arguments) // 2 :])
        pieces += [chunk(tool_calls=[{"index": index, "function": {"arguments": half}}]) for half in halves]
    return Answer([*pieces, chunk("tool_calls"), *said(usage=usage).pieces[1:-1], DONE])


def _hold(environment: dict[str, str], answers: Sequence[Answer], **options: Any) -> tuple[list[Event], ModelServer]:
    async def hold() -> tuple[list[Event], ModelServer]:
        async with ModelServer().serving() as server, house(environment, server) as held:
            server.scripts["tools"] = {1: answers}
            for name, value in options.items():
                setattr(server, name, value)
            return await held.hold("tools", content=ASKED.content.model_dump(mode="json"), signals=SIGNALS), server

    return asyncio.run(hold())


def _uses(log: list[Event]) -> list[tuple[int, str, Any]]:
    return [(one["turn"], one["name"], json.loads(one["result"])) for one in log if one["type"] == "tool.completed"]


CALCULATE = ("calculate", '{"operation": "percentage_change", "numbers": [310, 390]}')
SHOWN = {"calculation": "(390 - 310) / 310 * 100 = 25.8065", "result": "25.8065"}


def test_an_agent_uses_tools_and_speaks_of_what_they_found(environment: dict[str, str]) -> None:
    asking = _asking(CALCULATE, ("signals", '{"state": "risk_on"}'))
    log, server = _hold(environment, [asking, _asking(("search_content", '{"words": "lumber"}')), said("A rise.")])
    uses = _uses(log)
    assert [(turn, name) for turn, name, _ in uses] == [(1, "calculate"), (1, "signals"), (1, "search_content")]
    assert uses[0][2] == SHOWN
    turn = next(one for one in log if one["type"] == "turn.completed")
    assert (turn["text"], turn["usage"]["input_tokens"], turn["usage"]["output_tokens"]) == ("A rise.", 200, 30)
    results = [message["content"] for message in server.prompts["tools"][1] if message["role"] == "tool"]
    assert json.loads(results[0]) == SHOWN
    assert "You have tools" in server.prompts["tools"][0][0]["content"]
    assert "You have tools" not in server.prompts["tools"][-1][0]["content"]  # the judge has none
    assert log[-1]["type"] == "debate.completed"


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (("calculate", '{"operation": "ratio", "numbers": [1, 0]}'), "divide by zero"),
        (("calculate", '{"operation": "power", "numbers": [1, 2]}'), ""),
        (("calculate", '{"operation": "sum"}'), ""),
        (("calculate", "{not json"), ""),
        (("no_such_tool", "{}"), ""),
        (("search_content", json.dumps({"words": "x" * 1_000_000})), "at most 200"),
    ],
)
def test_a_bad_call_ends_nothing(environment: dict[str, str], call: tuple[str, str], error: str) -> None:
    log, server = _hold(environment, [_asking(call), said("Without it, then.")])
    told = [message["content"] for message in server.prompts["tools"][1] if message["role"] == "tool"]
    assert error in told[0]
    assert next(one["text"] for one in log if one["type"] == "turn.completed") == "Without it, then."
    assert log[-1]["type"] == "debate.completed"
    assert all(len(json.dumps(one)) < 2_000 for one in log)


def test_an_agent_that_only_asks_must_speak_in_the_end(environment: dict[str, str]) -> None:
    log, server = _hold(environment, [_asking(CALCULATE)] * 3 + [said("Enough.")])
    assert len(_uses(log)) == 3
    assert server.requests["tools"][1] == 4
    assert next(one["text"] for one in log if one["type"] == "turn.completed") == "Enough."


def test_a_server_that_takes_no_tools_is_asked_without(environment: dict[str, str]) -> None:
    log, server = _hold(environment, [status(400), said("Plain.")])
    assert next(one["text"] for one in log if one["type"] == "turn.completed") == "Plain."
    assert [server.requests["tools"][turn] for turn in (1, 2, 3)] == [2, 1, 1]
    assert "You have tools" not in server.prompts["tools"][-2][0]["content"]


def test_a_tool_that_hangs_is_given_up(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def hang(*_: object) -> bool:
        return released.wait(30)

    monkeypatch.setattr(toolbox, "SECONDS", 0.05)
    monkeypatch.setattr(tools, "calculate", hang)
    threading.Timer(2, released.set).start()  # or the thread would outlive the test
    log, _ = _hold(environment, [_asking(CALCULATE), said("Without it, then.")])
    assert _uses(log)[0][2] == {"error": "this took too long"}
    assert log[-1]["type"] == "debate.completed"
