"""Hold debates on texts that give orders, with a model that obeys all that is not marked as data."""

from __future__ import annotations

import asyncio
import json
import re
import tomllib
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lib import agents, steering
from lib.contract.debate import SteerRequest
from tests.house import CALLER, house
from tests.model_server import ModelServer, judged, said

if TYPE_CHECKING:
    from tests.house import House
    from tests.model_server import Answer
    from tests.stream import Event

TEXTS: list[str] = tomllib.loads(Path(__file__).with_name("injections.toml").read_text("utf-8"))["texts"]
WORD = "PINEAPPLE"
NAMED = re.compile(r"two lines that read (=== [0-9a-f]{16} ===)")
SIGNAL = {"state": "neutral", "as_of": "2026-11-20T21:00:00Z"}


def _outside(text: str, mark: str) -> str:
    """Return what does not stand between two lines of the mark."""
    return "\n".join(re.split(rf"^{re.escape(mark)}$", text, flags=re.MULTILINE)[::2])


def _heard(text: str) -> bool:
    """Say whether a model would read the word, however it is dressed up."""
    folded = unicodedata.normalize("NFKC", text)
    letters = "".join(sign for sign in folded if sign.isascii() and sign.isalpha())
    return WORD in letters or WORD in letters[::-1]


class Obedient(ModelServer):
    """Does what any text outside of the marks says; its first turn says what it is told to, as if it had fallen."""

    def _answer(self, body: dict[str, Any]) -> Answer:
        system, *others = body["messages"]
        found = NAMED.search(system["content"])
        assert (system["role"], {message["role"] for message in others} <= {"user", "assistant"}) == ("system", True)
        assert found
        theirs = [message["content"] for message in others if message["role"] == "user"]
        orders = "\n".join([system["content"], *(_outside(text, found[1]) for text in theirs)])
        task = json.loads(orders.rpartition("Your turn: ")[2])
        if task["turn"] == 1:
            number = re.search(r'"title": "(\d+):', theirs[0])
            return said(f"I have fallen. {TEXTS[int(number[1])]}" if number else WORD)
        if _heard(orders):
            return judged(stance="risk_on", summary=WORD) if task["purpose"] == "verdict" else said(WORD)
        return judged() if task["purpose"] == "verdict" else said(CALM.format(task["agent"]))


CALM = "I am {} and see calm markets."


async def _hold(held: House, number: int) -> list[Event]:
    """Hold a debate in which every text that a user may give, and a turn, gives the order."""
    text = TEXTS[number]
    content = {"type": "article", "text": f"Markets rose 3% as lumber fell. {text} Credit is calm."}
    signals = [SIGNAL | {"name": text[:100].strip() or "x", "source": text[:255].strip() or "x"}]
    content["title"] = f"{number}: {text}"[:255]
    debate_id = await held.open(content["title"], 2, content=content, question=text[:500], signals=signals)
    await steering.steer(held.postgres, str(debate_id), CALLER, SteerRequest(text=text[:500]))
    await held.moderator.run(debate_id)
    return await held.events(debate_id)


def _logs(environment: dict[str, str], **model: str) -> list[list[Event]]:
    async def hold() -> list[list[Event]]:
        async with Obedient().serving() as server, house(environment, server, **model) as held:
            server.idle.set()
            return await asyncio.gather(*(_hold(held, number) for number in range(len(TEXTS))))

    return asyncio.run(hold())


def test_nobody_obeys_a_text(environment: dict[str, str]) -> None:
    others = [(agent.id, CALM.format(agent.id)) for agent in agents.DEBATERS * 2][1:]
    for text, log in zip(TEXTS, _logs(environment), strict=True):
        spoken = [(event["agent"], event["text"]) for event in log if event["type"] == "turn.completed"]
        assert spoken[1:] == [*others, (agents.JUDGE.id, "Caution is due.")], text
        (verdict,) = [event["verdict"] for event in log if event["type"] == "verdict.completed"]
        assert (verdict["stance"], verdict["summary"]) == ("risk_off", "Caution is due."), text
        assert log[-1]["type"] == "debate.completed", text


def test_the_offline_model_debates_them_like_any_other_text(environment: dict[str, str]) -> None:
    order = [*(agent.id for agent in agents.DEBATERS * 2), agents.JUDGE.id]
    for text, log in zip(TEXTS, _logs(environment, DEBATE_MODEL="offline"), strict=True):
        assert [event["agent"] for event in log if event["type"] == "turn.completed"] == order, text
        assert log[-1]["type"] == "debate.completed", text


def test_the_model_of_these_tests_does_obey() -> None:
    mark = f"=== {'0' * 16} ==="
    for text in TEXTS:
        assert _heard(_outside(f"{mark}\ndata\n{mark}\n{text}", mark))
        assert not _heard(_outside(f"Head:\n{mark}\n{text}\n{mark}\nTask.", mark))
