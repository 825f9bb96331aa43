from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.agents.tools.calculate import LARGEST, SMALLEST, Operation, calculate
from lib.agents.tools.search import search_content
from lib.agents.tools.toolset import tools
from lib.contract.debate import DebateRequest
from tests.support.contents import HOUSING
from tests.support.stream import request

if TYPE_CHECKING:
    from lib.agents.tools.toolset import ToolSpec

SPREADS: list[dict[str, Any]] = [
    {"name": "Utilities / S&P 500", "state": "risk_off", "as_of": "2026-01-05T00:00:00Z", "value": 1.25},
    {"name": "Lumber / Gold", "state": "risk_off", "as_of": "2026-01-05T00:00:00Z", "strength": "strong"},
    {"name": "VIX", "state": "neutral", "as_of": "2026-01-05T00:00:00Z"},
]


def tool(name: str, text: str = HOUSING, signals: list[dict[str, Any]] = SPREADS) -> ToolSpec:
    asked = DebateRequest.model_validate(request(text, signals=signals))
    names = ["signals", "search_content", "calculate"]
    return dict(zip(names, tools(asked), strict=True))[name]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["Utilities / S&P 500", "Lumber / Gold", "VIX"]),
        ({"state": "risk_off"}, ["Utilities / S&P 500", "Lumber / Gold"]),
        ({"name": "GOLD"}, ["Lumber / Gold"]),
        ({"name": "gold", "state": "neutral"}, []),
        ({"name": ".*"}, []),
    ],
)
def test_signals_are_found_by_state_and_name(asked: dict[str, Any], found: list[str]) -> None:
    answer = json.loads(tool("signals").run(**asked))
    assert [signal["name"] for signal in answer["signals"]] == found
    assert answer["left_out"] == 0


def test_signals_come_with_all_that_is_known_of_them_and_no_more() -> None:
    (signal,) = json.loads(tool("signals").run(name="Utilities"))["signals"]
    assert signal == SPREADS[0]


def test_signals_beyond_the_room_are_counted() -> None:
    many = [SPREADS[0] | {"name": "n" * 100, "source": "s" * 255, "strength": "t" * 50}] * 20
    text = tool("signals", signals=many).run()
    assert len(text) <= 3_000
    answer = json.loads(text)
    assert 0 < len(answer["signals"]) == 20 - answer["left_out"]


TEXT = (
    "Unemployment rose to 4.6% from 4.2%.\nHousing starts fell 8% in May! Did permits fall, too? Permits fell 3.1%. "
    "The rest is silence."
)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("permits fell", ["Permits fell 3.1%.", "Housing starts fell 8% in May!", "Did permits fall, too?"]),
        ("UNEMPLOYMENT", ["Unemployment rose to 4.6% from 4.2%."]),
        ("4.6", ["Unemployment rose to 4.6% from 4.2%."]),
        ("4", []),
        ("fel", []),
        ("silence|May .+ (a+)+$", ["Housing starts fell 8% in May!", "The rest is silence."]),
        ("nothing of it", []),
    ],
)
def test_passages_are_found_by_whole_words_the_best_first(words: str, found: list[str]) -> None:
    answer = json.loads(search_content(TEXT, words))
    assert [passage["text"] for passage in answer["passages"]][: len(found)] == found
    assert all(TEXT[one["start"] : one["end"]] == one["text"] for one in answer["passages"])
    assert bool(answer["passages"]) == bool(found)


def test_passages_beyond_five_are_counted() -> None:
    answer = json.loads(search_content("Rates rise. " * 40, "rates"))
    assert (len(answer["passages"]), answer["left_out"]) == (5, 35)


@given(st.text(st.sampled_from("ab .!?\n1,"), max_size=3_000))
def test_every_passage_is_a_short_piece_of_the_content(content: str) -> None:
    for one in json.loads(search_content(content, "a b 1 ab"))["passages"]:
        assert content[one["start"] : one["end"]] == one["text"] == one["text"].strip()
        assert len(one["text"]) <= 400


def test_a_transcript_without_a_full_stop_is_searched_as_well() -> None:
    transcript = f"{'so we go on and on ' * 400}spreads widened {'and on ' * 1_000}"
    (passage,) = json.loads(search_content(transcript, "spreads"))["passages"]
    assert "spreads widened" in passage["text"]


def test_signs_that_nobody_sees_are_not_shown_to_a_model() -> None:
    (passage,) = json.loads(search_content("Rates\U000e0041\u200b rise.", "rise"))["passages"]
    assert passage == {"start": 0, "end": 13, "text": "Rates rise."}


CALCULATIONS: list[tuple[Operation, list[float], str, bool]] = [
    ("difference", [0.3, 0.1], "0.3 - 0.1 = 0.2", False),
    ("difference", [3, -2], "3 - (-2) = 5", False),
    ("sum", [1e15, 1e-9, -5], "1000000000000000 + 0.000000001 + (-5) = 999999999999995.000000001", False),
    ("ratio", [390, 310], "390 / 310 = 1.2580645", True),
    ("ratio", [1, 1024], "1 / 1024 = 0.0009765625", False),
    ("ratio", [0, -5], "0 / (-5) = 0", False),
    ("percentage_change", [310, 390], "(390 - 310) / 310 = 25.806452%", True),
    ("percentage_change", [390, 310], "(310 - 390) / 390 = -20.512821%", True),
    ("mean", [1, 2, 4], "(1 + 2 + 4) / 3 = 2.3333333", True),
    ("mean", [4.2, 4.6], "(4.2 + 4.6) / 2 = 4.4", False),
]


@pytest.mark.parametrize(("operation", "numbers", "line", "rounded"), CALCULATIONS)
def test_a_calculation_is_exact_and_shown(
    operation: Operation,
    numbers: list[float],
    line: str,
    rounded: bool,  # noqa: FBT001 - a column of the table
) -> None:
    answer = json.loads(calculate(operation, numbers))
    assert answer == {"calculation": line, "result": line.rpartition(" = ")[2], "rounded": rounded}


@pytest.mark.parametrize(
    ("operation", "numbers"),
    [
        ("ratio", [1, 0]),
        ("ratio", [1]),
        ("difference", [1, 2, 3]),
        ("percentage_change", [0, 5]),
        ("percentage_change", [-1, 5]),
        ("mean", [1]),
        ("sum", [1.0] * 21),
        ("sum", [1e-10, 1]),
    ],
)
def test_a_calculation_that_means_nothing_is_refused(operation: Operation, numbers: list[float]) -> None:
    with pytest.raises(ValueError, match="numbers: "):
        calculate(operation, numbers)


NUMBERS = st.floats(-LARGEST, LARGEST).filter(lambda number: number == 0 or abs(number) >= SMALLEST)


@given(st.sampled_from(get_args(Operation)), st.lists(NUMBERS, min_size=2, max_size=20))
def test_any_numbers_give_a_short_and_right_line_or_a_reason(operation: Operation, numbers: list[float]) -> None:
    try:
        answer = json.loads(calculate(operation, numbers))
    except ValueError as error:
        assert str(error).startswith("numbers: ")  # noqa: PT017 - one of two outcomes
        return
    assert len(answer["calculation"]) < 1_200
    result = Decimal(answer["result"].rstrip("%"))
    if operation in {"sum", "difference"}:
        values = [Decimal(repr(number)) for number in numbers]
        assert result == (sum(values) if operation == "sum" else values[0] - values[1]) or not answer["rounded"]
        assert not answer["rounded"]
