"""Compose a debater's turn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lib.offline_model import analyst, challenger, context
from lib.offline_model.answers import strange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.offline_model.scene import Scene

ENOUGH, MOST = 125, 190
"""The words that a turn aims at, and the most that it may have."""

POINTS = {
    "financial_analyst": analyst.points,
    "market_context": context.points,
    "risk_challenger": challenger.points,
}
LONGEST_HEDGE = 15
FEW_GAPS = 1


def argue(scene: Scene) -> str:
    """Return the text of a debater's turn. Raises ValueError for any other agent."""
    if scene.task.agent not in POINTS:
        msg = f"{scene.task.agent} is no debater"
        raise ValueError(msg)
    return _compose([strange(scene), *POINTS[scene.task.agent](scene)], list(_ending(scene)))


def _compose(points: list[str], ending: list[str]) -> str:
    """Join points in their order until the turn has enough words, then the ending."""
    text: list[str] = []
    room = MOST - sum(len(point.split()) for point in ending)
    for point in points:
        words = sum(len(taken.split()) for taken in text)
        fits = not text or words + len(point.split()) <= room
        if point and words < ENOUGH and fits and not _quoted(point, " ".join(text)):
            text.append(point)
    return " ".join((*text, *filter(None, ending)))


def _quoted(point: str, text: str) -> bool:
    """Say whether the only passage that a point quotes is quoted in the text already."""
    passages = [quote for quote in re.findall(r'"([^"]+)"', point) if len(quote) > LONGEST_HEDGE]
    return len(passages) == 1 and f'"{passages[0]}"' in text


def _ending(scene: Scene) -> Iterator[str]:
    values = {"confidence": _confidence(scene)}
    if scene.task.purpose == "opening":
        yield scene.say("lean", **values)
    elif scene.task.round < scene.task.rounds:
        yield scene.say("resume", **values)
    else:
        yield scene.say("concede", **values)
        yield scene.say("stands", **values)


def _confidence(scene: Scene) -> str:
    few_gaps = len(scene.reading.missing) <= FEW_GAPS
    if few_gaps and scene.board.kind == "unanimous":
        return "moderate"
    return "modest" if few_gaps and scene.board.kind == "divided" else "low"
