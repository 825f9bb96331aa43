"""Put the material in its market context, as Market Context does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.offline_model.answers import answer, hedged, linked, question
from lib.offline_model.lexicon import TOPICS
from lib.offline_model.wording import pick, series

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.offline_model.reading import Passage
    from lib.offline_model.scene import Scene

LINE = "that line"
"""The subject of a passage that does not name what moved."""


def points(scene: Scene) -> Iterator[str]:
    """Yield the points of a turn, most important first."""
    opening = scene.task.purpose == "opening"
    yield "" if opening else answer(scene)
    settings = _settings(scene)
    shown = next(settings, "") or _unset(scene)
    yield shown
    if opening:
        yield _missing(scene) or scene.say("need")
        yield scene.say(f"regime_{scene.board.kind}")
        yield question(scene, shown)
    else:
        yield linked(scene, "link", lambda one, other: one.topics[:1] != other.topics[:1])
        yield _dated(scene)
    yield next(settings, "")
    yield hedged(scene)


def _unset(scene: Scene) -> str:
    spent = scene.own or any(_topical(passage) for passage in scene.reading.quotable)
    return scene.say("need" if spent or scene.reading.unread else "setting_none")


def _missing(scene: Scene) -> str:
    """Name the topics on which the text is silent; a text that is silent on all was described before."""
    gaps = scene.reading.missing
    if scene.reading.unread:
        return ""
    if not gaps:
        return scene.say("complete" if scene.board.signals else "complete_bare")
    return scene.say("missing", missing=series(gaps, "or")) if len(gaps) < len(TOPICS) else ""


def _topical(passage: Passage) -> bool:
    return bool(passage.topics)


def _settings(scene: Scene) -> Iterator[str]:
    """Yield an unused quote for each topic that has one, first for topics that the agent has quoted least."""
    own = "\n".join(scene.own)

    def spoken(topic: str) -> tuple[int, int]:
        about = sum(passage.quote in own for passage in scene.quoted if passage.topics[:1] == (topic,))
        return about, pick(range(1000), topic, scene.seed)

    for topic in sorted(TOPICS, key=spoken):
        passage = scene.fresh(
            lambda passage, topic=topic: passage.topics[:1] == (topic,),
            lambda passage: abs(passage.side) + bool(passage.figures) + bool(passage.subject) - len(passage.topics),
        )
        if passage:
            shown = scene.say(topic, quote=passage.quote)
            yield f"{shown} {scene.say(f'setting_{topic}', subject=passage.subject or LINE)}".strip()


def _dated(scene: Scene) -> str:
    dates = sorted({signal.as_of.date() for signal in scene.board.signals})
    if len(dates) != 1 or dates[0].isoformat() in scene.heard:
        return ""
    return scene.say("dated", date=dates[0].isoformat())
