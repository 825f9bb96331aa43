"""Argue from quantities, as the Financial Analyst does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.offline_model.answers import FEWEST_PASSAGES, POINT, SIDE_KEYS, answer, question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lib.offline_model.reading import Passage
    from lib.offline_model.scene import Scene


def points(scene: Scene) -> Iterator[str]:
    """Yield the points of a turn, most important first."""
    opening = scene.task.purpose == "opening"
    yield "" if opening else answer(scene)
    first = _measured(scene, lambda passage: not scene.lean or passage.side == scene.lean) or _measured(scene)
    shown = _figure(scene, first)
    yield shown
    yield scene.say(f"{'signals' if opening else 'hold'}_{scene.board.kind}")
    yield question(scene, shown) if opening else _weighed(scene)
    if first:
        second = _measured(scene, lambda passage: passage.side != first.side and passage is not first)
        yield _figure(scene, second) if second else ""
    yield _counted(scene)
    yield _weighed(scene) if opening else ""


def _measured(scene: Scene, wanted: Callable[[Passage], bool] = lambda _: True) -> Passage | None:
    return scene.fresh(
        lambda passage: bool(passage.figures) and not passage.conditional and wanted(passage),
        lambda passage: min(len(passage.figures), 2) + abs(passage.side) + bool(passage.change) + bool(passage.subject),
    )


def _figure(scene: Scene, passage: Passage | None) -> str:
    """Quote a passage with a figure, and comment on the figure or its change."""
    if passage:
        figure, comment = passage.figures[0], f"{'sum' if passage.change else 'size'}_{SIDE_KEYS[passage.side]}"
        lead = scene.say("lead", quote=passage.quote, subject=passage.subject, figure=figure)
        comment = scene.say(comment, subject=passage.subject or POINT, figure=figure, sum=str(passage.change or ""))
        return f"{lead} {comment}".strip()
    if scene.own or scene.reading.measured:
        return scene.say("need")
    return scene.say("figure_none")


def _weighed(scene: Scene) -> str:
    """Weigh a passage that backs the lean against one of the other side, where a reason for it holds."""
    pair = scene.pair(
        lambda one, other: one.side == scene.lean != 0 and other.side == -scene.lean and bool(_reason(one, other))
    )
    if pair is None:
        return ""
    one, other = pair
    reason = scene.say(_reason(one, other))
    return scene.say("weigh", subject=one.subject, rival=other.subject, reason=reason) if reason else ""


def _reason(one: Passage, other: Passage) -> str:
    """Return the key of what one passage has and the other lacks, or nothing."""
    reasons = {
        "reason_change": one.change and not other.change,
        "reason_figures": one.figures and not other.figures,
        "reason_lean": abs(one.lean) > abs(other.lean),
    }
    return next((key for key, holds in reasons.items() if holds), "")


def _counted(scene: Scene) -> str:
    """Count the passages with figures, once a debate."""
    enough = len(scene.reading.passages) >= FEWEST_PASSAGES and scene.reading.measured and not scene.reading.unread
    return scene.say("count") if enough and scene.values["figured"] not in "\n".join(scene.own) else ""
