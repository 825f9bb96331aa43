from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from scripts.local.evaluation.cases import read
from scripts.local.evaluation.figures import invented
from scripts.local.functions import ROOT
from tests.support.model_server import ModelServer, calling, judged, said

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.support.model_server import Answer

EVALUATE = ROOT / "scripts" / "evaluate"
CASE = "bear_credit"

SOUND = [
    (
        "Spreads widened to 512 basis points from 348 in seven weeks, which is stress that somebody already pays for. "
        "The lowest grade yields 13.4%, few issuers dared to come, and defaults follow with the usual delay."
    ),
    (
        "Policy stays unmentioned here, so I hold my view with modest confidence. What weighs on me is the calendar: "
        "$640 billion must find lenders before next year ends, while banks tighten and small firms shrink."
    ),
    (
        "Perhaps the fall of regional lenders has priced the worst. Household debt is not high by older standards, the "
        "system is called sound by those who run it, and a drop of 6% is no panic. Show me forced sellers first."
    ),
    (
        'Risk Challenger supposed that "the fall of regional lenders has priced the worst". Recoveries of 34 cents a '
        "dollar speak against it, since whoever waits for a bottom in October will meet lower numbers in January."
    ),
    (
        'Financial Analyst wrote of "stress that somebody already pays for", and the text says who: two funds limited '
        "withdrawals after requests for 11% of their assets. I add that jobs usually feel this some quarters later."
    ),
    (
        'Market Context claims to "hold my view with modest confidence", and nobody should say more than that. My own '
        "doubt stands at half its size: I concede credit, I keep the question of timing, and I ask for a stop."
    ),
]
VERDICT = {
    "stance": "risk_off",
    "evidence": [
        {"source": "content", "quote": "recoveries fell to 34 cents on the dollar", "turn": None, "agent": None},
        {"source": "turn", "quote": "stress that somebody already pays for", "turn": 1, "agent": "financial_analyst"},
    ],
}
MISQUOTED = {"source": "content", "quote": "recoveries climbed to 34 cents", "turn": None, "agent": None}


GROWTH = "(512 - 348) / 348 = 47.126437%, or 47.1%"
COMPUTES = calling(("calculate", '{"operation": "percentage_change", "numbers": [348, 512]}'))
LAUNDERS = calling(("calculate", '{"operation": "difference", "numbers": [77.7, 0]}'))


def _answers(texts: Sequence[str], verdict: dict[str, Any], *first: Answer) -> dict[int, Sequence[Answer]]:
    turns = {turn: [*(first if turn == 1 else ()), said(text)] for turn, text in enumerate(texts, 1)}
    return {**turns, len(texts) + 1: [judged(**verdict)] * 3}


MODELS: dict[str, tuple[dict[int, Sequence[Answer]], list[str]]] = {
    "a sound one": (_answers(SOUND, VERDICT), []),
    "one that makes up numbers": (_answers([f"{SOUND[0]} Losses of 77.7% follow.", *SOUND[1:]], VERDICT), ["numbers"]),
    "one that has its numbers computed": (
        _answers([f"{SOUND[0]} That is {GROWTH}.", *SOUND[1:]], VERDICT, COMPUTES),
        [],
    ),
    "one that has made-up numbers computed": (
        _answers([f"{SOUND[0]} Losses of 77.7% follow.", *SOUND[1:]], VERDICT, LAUNDERS),
        ["numbers"],
    ),
    "one that misquotes": (_answers(SOUND, VERDICT | {"evidence": [*VERDICT["evidence"], MISQUOTED]}), ["evidence"]),
    "one that repeats itself": (_answers([*SOUND[:5], SOUND[4]], VERDICT), ["turns"]),
    "one that answers nobody": (
        _answers([*SOUND[:5], "I have nothing to add to what was said."], VERDICT),
        ["rebuttals"],
    ),
    "one that has another stance": (_answers(SOUND, VERDICT | {"stance": "risk_on"}), ["stance"]),
}


async def _rated(script: dict[int, Sequence[Answer]]) -> tuple[int, dict[str, Any]]:
    """Return the exit code and the line of an evaluation of the scripted model."""
    async with ModelServer().serving() as server:
        server.scripts[read([CASE])[0].title] = script
        model = {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "key"}
        command = (str(EVALUATE), "--model", "scripted", "--json", CASE)
        running = await asyncio.create_subprocess_exec(
            *command, env=os.environ | model, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        printed, _ = await running.communicate()
    return running.returncode or 0, json.loads(printed)


@pytest.mark.parametrize("model", MODELS)
def test_each_weakness_of_a_model_is_found_by_the_measure_meant_for_it(model: str) -> None:
    script, faults = MODELS[model]
    status, line = asyncio.run(_rated(script))
    assert line["faults"] == faults
    assert (status, line["ok"]) == (bool(faults), not faults)
    assert line["model"] == "scripted"


@pytest.mark.parametrize("rounds", ["2", "5"])
def test_rates_the_offline_model_on_every_article_and_shows_it(tmp_path: Path, rounds: str) -> None:
    page = tmp_path / "report.html"
    done = subprocess.run([EVALUATE, "--html", page, "--rounds", rounds], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "12 of 12 stances allowed" in done.stdout
    assert "0 numbers without a source" in done.stdout
    assert "100% verbatim evidence" in done.stdout
    shared = re.findall(r"(\d+)%.* shared .*under (\d+)%", done.stdout)
    assert [int(most) for _, most in shared] == [20, 15]
    assert all(int(found) <= int(most) for found, most in shared)
    shown = page.read_text("utf-8")
    assert all(case.title.replace("'", "&#39;") in shown for case in read([]))
    assert "://" not in shown


def test_most_articles_allow_one_stance_only() -> None:
    cases = read([])
    assert len(cases) == 12
    assert sum(len(case.stances) == 1 for case in cases) == 8


SUMS: list[tuple[str, set[str]]] = [
    ("Spreads of 390 and 5,000.", set()),
    ("Spreads of 391.", {"391"}),
    ("That is 390 - 310 = 80 points.", set()),
    ("That is 390 - 310 = 81 points.", {"81"}),
    ("A rise of 390 / 310 = 1.26 times.", set()),
    ("A rise of 390 / 0 = 7 times.", {"0", "7"}),
    ("About 5000 of them.", set()),
]


CALCULATED = [
    ('{"operation": "ratio", "numbers": [390, 310]}', "390 / 310 = 1.2580645"),
    ('{"operation": "mean", "numbers": [390, 1.2580645]}', "(390 + 1.2580645) / 2 = 195.62903"),
    ('{"operation": "difference", "numbers": [777, 5000]}', "777 - 5000 = -4223"),
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("That is 1.2580645 times, or 1.26.", set[str]()),
        ("That is 1.27 times.", {"1.27"}),
        ("The mean is about 196, of 2 figures.", set[str]()),
        ("It fell by 4223 from 777.", {"4223", "777"}),
    ],
)
def test_a_number_that_a_tool_computed_is_as_good_as_what_it_was_given(text: str, found: set[str]) -> None:
    assert invented([text], ["from 310 to 390, and 5,000.0 more"], CALCULATED) == found


@pytest.mark.parametrize(("text", "found"), SUMS)
def test_a_number_needs_a_source_or_a_sum_that_is_right(text: str, found: set[str]) -> None:
    assert invented([text], ["from 310 to 390, and 5,000.0 more"]) == found


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["no_such"], "there is no article 'no_such'; there are adversarial_orders, "),
        (["--rounds", "9"], "--rounds"),
    ],
)
def test_says_what_is_wrong_with_a_call(arguments: list[str], complaint: str) -> None:
    done = subprocess.run([EVALUATE, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert complaint in done.stderr


def test_compares_what_was_measured_earlier(tmp_path: Path) -> None:
    lines = tmp_path / "offline.json"
    first = subprocess.run([EVALUATE, "--json", CASE], capture_output=True, text=True, check=False)
    lines.write_text(first.stdout, "utf-8")
    page = tmp_path / "report.html"
    done = subprocess.run(
        [EVALUATE, "--compare", lines, lines, "--html", page], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Evaluation of offline and offline" in page.read_text("utf-8")
