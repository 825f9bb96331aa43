"""Phrase the points that every debater can make: answers to claims and to the question, and hedges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.offline_model.claims import target
from lib.offline_model.sentences import clip
from lib.offline_model.wording import clean, series

if TYPE_CHECKING:
    from collections.abc import Callable

    from lib.offline_model.reading import Passage
    from lib.offline_model.scene import Scene

POINT = "this point"
"""The subject of a quoted passage that does not name what moved."""
SIDE_KEYS = {1: "on", -1: "off", 0: "plain"}
FEWEST_PASSAGES = 4
LONGEST_QUESTION = 160
SHORTEST_KEYWORD = 5
MOST_HEDGES = 2


def answer(scene: Scene) -> str:
    """Quote a claim of another agent and answer it. Empty where no other agent has spoken."""
    claim = target(scene)
    if claim is None:
        return ""
    reply = scene.say(f"answer_{claim.kind}") or scene.say("answer_other")
    return " ".join(filter(None, (scene.say("cite", name=claim.name, claim=claim.quote), reply)))


def question(scene: Scene, shown: str = "") -> str:
    """Answer the user's question, if one was asked, with the passage that shares most words with it."""
    asked = clip(clean(scene.request.question or ""), LONGEST_QUESTION)
    if not asked:
        return ""
    keywords = {word for word in asked.lower().replace("?", " ").split() if len(word) >= SHORTEST_KEYWORD}
    fit = [passage for passage in scene.reading.quotable if not keywords.isdisjoint(passage.words)]
    if not fit:
        return scene.say("question_none", question=asked)
    best = max(fit, key=lambda passage: len(keywords & passage.words))
    if best.quote in shown or best in scene.quoted:
        return scene.say("question_shown", question=asked, subject=best.subject or scene.terms("question"))
    return scene.say("question_found", question=asked, quote=best.quote)


def strange(scene: Scene) -> str:
    """Say, in the agent's first turn, that the text is in an unknown language or not about markets."""
    key = "unread" if scene.reading.unread else "foreign" if scene.reading.foreign else ""
    return scene.say(key) if key and not scene.own else ""


def linked(scene: Scene, key: str, fit: Callable[[Passage, Passage], bool]) -> str:
    """Compare two quoted passages that fit, with the phrase of a key."""
    pair = scene.pair(fit)
    return scene.say(key, subject=pair[0].subject, rival=pair[1].subject) if pair else ""


def hedged(scene: Scene) -> str:
    """Name two hedges of the text that no turn has named yet."""
    hedges = [word for word in scene.reading.hedges if f"\u2018{word}\u2019" not in scene.heard]
    shown = [f"\u2018{word}\u2019" for word in hedges[:MOST_HEDGES]]
    return scene.say("hedged", words=series(shown)) if shown else ""
