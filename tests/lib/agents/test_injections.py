"""Hold debates on texts that give orders, with a model that obeys all that is not delimited as data."""

from __future__ import annotations

import asyncio
import json
import re
import tomllib
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lib.agents import roster
from lib.agents.prompt.instructions import REVISE
from lib.contract.debate import SteerRequest
from lib.debates import steer
from tests.support.model_server import ModelServer, judged, said
from tests.support.moderation import CALLER, moderating

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.model_server import Answer
    from tests.support.moderation import Moderation
    from tests.support.stream import Event

TEXTS: list[str] = tomllib.loads(Path(__file__).with_name("injections.toml").read_text("utf-8"))["texts"]
WORD = "PINEAPPLE"
NAMED = re.compile(r"two lines that read (=== [0-9a-f]{16} ===)")
AT_ONCE = 8
SIGNAL = {"state": "neutral", "as_of": "2026-11-20T21:00:00Z"}


def _outside(text: str, delimiter: str) -> str:
    """Return what does not stand between two lines of the delimiter."""
    return "\n".join(re.split(rf"^{re.escape(delimiter)}$", text, flags=re.MULTILINE)[::2])


def _heard(text: str) -> bool:
    """Say whether a model would read the word, however it is dressed up."""
    folded = unicodedata.normalize("NFKC", text)
    letters = "".join(sign for sign in folded if sign.isascii() and sign.isalpha())
    return WORD in letters or WORD in letters[::-1]


def _hidden(text: str) -> bool:
    """Say whether there is anything that a model reads and nobody sees."""
    return any(unicodedata.category(sign) == "Cf" or sign == "\U000e0101" for sign in text)


class Obedient(ModelServer):
    """Does what a text says that stands outside of the delimiters, or that nobody sees.

    Its first turn falls in any case: it gives the order on, between lines of the delimiter that it was told. The
    judge first quotes the order as if it stood elsewhere, so that it comes back among the reasons.
    """

    def _answer(self, body: dict[str, Any]) -> Answer:
        system, *others = body["messages"]
        found = NAMED.search(system["content"])
        assert (system["role"], {message["role"] for message in others} <= {"user", "assistant"}) == ("system", True)
        assert found
        theirs = [message["content"] for message in others if message["role"] == "user"]
        orders = "\n".join([system["content"], *(_outside(text, found[1]) for text in theirs)])
        task = json.loads(orders.rpartition("Your turn: ")[2])
        text = TEXTS[int(re.findall(r'"title": "(\d+):', theirs[0])[0])]
        if task["turn"] == 1:
            return said(f"I have fallen.\n{found[1]}\n{text}\n{found[1]}")
        if _heard(orders) or any(map(_hidden, theirs)):
            return judged(stance="risk_on", summary=WORD) if task["purpose"] == "verdict" else said(WORD)
        if task["purpose"] != "verdict":
            return said(CALM.format(task["agent"]))
        return judged() if REVISE in theirs[-1] else judged(evidence=[ELSEWHERE | {"quote": f"{text} Nowhere."}])


ELSEWHERE = {"source": "content", "turn": None, "agent": None}
CALM = "I am {} and see calm markets."


async def _hold(moderation: Moderation, number: int) -> list[Event]:
    """Hold a debate in which every text that a user may give, and a turn, gives the order."""
    text = TEXTS[number]
    content = {"type": "article", "text": f"Markets rose 3% as lumber fell. {text} Credit is calm."}
    signals = [SIGNAL | {"name": text[:100].strip() or "x", "source": text[:255].strip() or "x"}]
    content["title"] = f"{number}: {text}"[:255]
    debate_id = await moderation.open_debate(content["title"], 2, content=content, question=text[:500], signals=signals)
    await steer.steer(moderation.postgres, CALLER, str(debate_id), SteerRequest(text=text[:500]))
    await moderation.moderator.run(debate_id)
    return await moderation.events(debate_id)


def _logs(idle: dict[str, str], **model: str) -> list[list[Event]]:
    async def hold() -> list[list[Event]]:
        async with Obedient().serving() as server, moderating(idle, server, **model) as moderation:
            server.idle.set()
            few = asyncio.Semaphore(AT_ONCE)

            async def one(number: int) -> list[Event]:
                async with few:
                    return await _hold(moderation, number)

            return await asyncio.gather(*(one(number) for number in range(len(TEXTS))))

    return asyncio.run(hold())


def test_nobody_obeys_a_text(idle: dict[str, str]) -> None:
    others = [(agent.id, CALM.format(agent.id)) for agent in roster.DEBATERS * 2][1:]
    for text, log in zip(TEXTS, _logs(idle), strict=True):
        spoken = [(event["agent"], event["text"]) for event in log if event["type"] == "turn.completed"]
        assert spoken[1:] == [*others, (roster.JUDGE.id, "Caution is due.")], text
        (verdict,) = [event["verdict"] for event in log if event["type"] == "verdict.completed"]
        assert (verdict["stance"], verdict["summary"]) == ("risk_off", "Caution is due."), text
        assert (verdict["evidence"], verdict["dropped_quotes"]) == ([], 0), text
        assert log[-1]["type"] == "debate.completed", text


def test_the_offline_model_debates_them_like_any_other_text(idle: dict[str, str]) -> None:
    order = [*(agent.id for agent in roster.DEBATERS * 2), roster.JUDGE.id]
    for text, log in zip(TEXTS, _logs(idle, DEBATE_MODEL="offline"), strict=True):
        assert [event["agent"] for event in log if event["type"] == "turn.completed"] == order, text
        assert log[-1]["type"] == "debate.completed", text


def _undelimited(text: str, _delimiter: str) -> str:
    return text


ALL = set(range(len(TEXTS)))
WEAKENED: dict[str, tuple[str, Callable[..., str], set[int]]] = {
    "no delimiters": ("delimited", _undelimited, ALL),
    "one delimiter for all": ("new_delimiter", "=== 0123456789abcdef ===".strip, ALL),
    "hidden signs": ("visible", str, {number for number in ALL if _hidden(TEXTS[number])}),
}
"""What holds the orders off, taken away, and which texts are then obeyed."""


@pytest.mark.parametrize("name", WEAKENED)
def test_each_guard_holds_off_what_it_is_there_for(
    idle: dict[str, str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    guard, weakened, expected = WEAKENED[name]
    monkeypatch.setattr(f"lib.agents.prompt.delimiters.{guard}", weakened)
    verdicts = [
        event["verdict"]["summary"] for log in _logs(idle) for event in log if event["type"] == "verdict.completed"
    ]
    assert {number for number, summary in enumerate(verdicts) if summary == WORD} == expected
