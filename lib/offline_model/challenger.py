"""Attack the weakest claim and interpret the facts differently, as the Risk Challenger does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.offline_model.answers import FEWEST_PASSAGES, POINT, SIDE_KEYS, answer, hedged, linked, question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.offline_model.reading import Passage
    from lib.offline_model.scene import Scene

NUMERALS = "0123456789.,"


def points(scene: Scene) -> Iterator[str]:
    """Yield the points of a turn, most important first."""
    opening = scene.task.purpose == "opening"
    yield answer(scene)
    shown = _counter(scene)
    yield shown
    stress = scene.say(f"stress_{scene.board.kind}")
    yield from (stress, question(scene, shown), _twice(scene)) if opening else ()
    yield linked(
        scene, "alternative", lambda one, other: one.side == scene.lean != 0 and other.side in {0, -scene.lean}
    )
    yield "" if opening else stress
    yield "" if opening and scene.reading.hedges else hedged(scene) or _unhedged(scene)


def _counter(scene: Scene) -> str:
    """Quote what speaks against the lean, and say why it matters."""

    def against(passage: Passage) -> bool:
        return passage.side == -scene.lean if scene.lean else passage.relevant

    passage = scene.fresh(against, lambda passage: 3 * passage.turns + abs(passage.lean) + bool(passage.figures))
    if passage:
        side = SIDE_KEYS[passage.side]
        shown = scene.say(f"counter_{side}", quote=passage.quote, subject=passage.subject)
        return f"{shown} {scene.say(f'because_{side}', subject=passage.subject or POINT)}".strip()
    spent = scene.own or any(against(passage) for passage in scene.reading.quotable)
    return scene.say("need" if spent or scene.reading.unread else "counter_none")


def _twice(scene: Scene) -> str:
    """Name two values of one unit that the text gives for the same subject."""
    first: dict[tuple[str, str], str] = {}
    for passage in scene.reading.quotable:
        if passage.subject and passage.figures:
            figure = passage.figures[0]
            other = first.setdefault((passage.subject, figure.lstrip(NUMERALS)), figure)
            if other != figure:
                return scene.say("twice", subject=passage.subject, figure=other, other=figure)
    return ""


def _unhedged(scene: Scene) -> str:
    certain = scene.task.purpose == "opening" and len(scene.reading.passages) >= FEWEST_PASSAGES
    return scene.say("unhedged") if certain and not scene.reading.hedges and not scene.reading.unread else ""
