"""Argue as each of the three debaters does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lib.offline_model.claims import target
from lib.offline_model.lexicon import TOPICS
from lib.offline_model.reading import Passage, clip
from lib.offline_model.wording import clean, pick, series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lib.offline_model.scene import Scene

ENOUGH, MOST = 125, 190
"""How many words a turn aims at, and how many it may have."""

SIDE_KEYS = {1: "on", -1: "off", 0: "plain"}
LONGEST_QUESTION = 160
SHORTEST_KEYWORD = 5
LONGEST_HEDGE = 15
FEWEST_PASSAGES = 4
FEW_GAPS = 1
MOST_HEDGES = 2


def argue(scene: Scene) -> str:
    """Return the whole text of a debater's turn. Raises ValueError for an agent that is none."""
    points = {"financial_analyst": _analyst, "market_context": _context, "risk_challenger": _challenger}
    if scene.task.agent not in points:
        msg = f"{scene.task.agent} is no debater"
        raise ValueError(msg)
    return _compose(list(points[scene.task.agent](scene)), list(_ending(scene)))


def _compose(points: list[str], ending: list[str]) -> str:
    """Take points in their order until there are words enough, then end."""
    text: list[str] = []
    room = MOST - sum(len(point.split()) for point in ending)
    for point in points:
        words = sum(len(taken.split()) for taken in text)
        fits = not text or words + len(point.split()) <= room
        if point and words < ENOUGH and fits and not _quoted(point, " ".join(text)):
            text.append(point)
    return " ".join((*text, *filter(None, ending)))


def _quoted(point: str, text: str) -> bool:
    """Whether a point rests on a passage that the text quotes already; a question asked is answered all the same."""
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


def _analyst(scene: Scene) -> Iterator[str]:
    opening = scene.task.purpose == "opening"
    if not opening:
        yield _answer(scene)
    first = _measured(scene, lambda passage: not scene.lean or passage.side == scene.lean) or _measured(scene)
    shown = _figure(scene, first)
    yield shown
    yield scene.say(f"{'signals' if opening else 'hold'}_{scene.board.kind}")
    yield question(scene, shown) if opening else ""
    if first:
        second = _measured(scene, lambda passage: passage.side != first.side)
        yield _figure(scene, second) if second else ""
    elif opening:
        yield scene.say(f"hold_{scene.board.kind}")
    yield scene.say("count") if len(scene.reading.passages) >= FEWEST_PASSAGES else ""


def _measured(scene: Scene, wanted: Callable[[Passage], bool] = lambda _: True) -> Passage | None:
    return scene.fresh(
        lambda passage: bool(passage.figures) and not passage.conditional and wanted(passage),
        lambda passage: min(len(passage.figures), 3) + abs(passage.side) - len(passage.hedges),
    )


def _figure(scene: Scene, passage: Passage | None) -> str:
    if passage:
        return scene.say(f"figure_{SIDE_KEYS[passage.side]}", quote=passage.quote, figure=passage.figures[0])
    measured = any(passage.figures for passage in scene.reading.passages)
    return scene.say("figures_spent" if measured else "figure_none")


def _context(scene: Scene) -> Iterator[str]:
    opening = scene.task.purpose == "opening"
    if not opening:
        yield _answer(scene)
    settings = _settings(scene)
    spent = "setting_spent" if any(map(_topical, scene.reading.quotable)) else "setting_none"
    shown = next(settings, "") or scene.say(spent)
    yield shown
    gaps = scene.reading.missing
    complete = "complete" if scene.board.signals else "complete_bare"
    missing = scene.say("missing", missing=series(gaps, "or")) if gaps else scene.say(complete)
    if opening:
        yield missing
        yield scene.say(f"regime_{scene.board.kind}")
        yield question(scene, shown)
        yield next(settings, "")
    else:
        yield _dated(scene)
        yield missing
    yield _hedges(scene)


def _topical(passage: Passage) -> bool:
    return bool(passage.topics)


def _settings(scene: Scene) -> Iterator[str]:
    """Yield a quote for each topic, those first that have an unheard one, and of which this agent said least."""
    own = "\n".join(scene.own)

    def spoken(topic: str) -> tuple[bool, int, int]:
        about = [passage.quote for passage in scene.reading.quotable if passage.topics[:1] == (topic,)]
        spent = all(quote in scene.heard for quote in about)
        return spent, sum(quote in own for quote in about), pick(range(1000), topic, scene.request.content.text)

    for topic in sorted(TOPICS, key=spoken):
        passage = scene.fresh(
            lambda passage, topic=topic: passage.topics[:1] == (topic,),
            lambda passage: abs(passage.side) + bool(passage.figures) - len(passage.topics),
        )
        if passage:
            yield scene.say(topic, quote=passage.quote)


def _dated(scene: Scene) -> str:
    dates = sorted({signal.as_of.date() for signal in scene.board.signals})
    return scene.say("dated", date=dates[0].isoformat()) if len(dates) == 1 else ""


def _hedges(scene: Scene) -> str:
    hedges = list(dict.fromkeys(word for passage in scene.reading.passages for word in passage.hedges))
    first = scene.task.turn + scene.task.round
    shown = [hedges[(first + at) % len(hedges)] for at in range(min(MOST_HEDGES, len(hedges)))]
    return scene.say("hedged", words=series([f'"{word}"' for word in shown])) if shown else ""


def _challenger(scene: Scene) -> Iterator[str]:
    yield _answer(scene)
    shown = _counter(scene)
    yield shown
    hedges = _hedges(scene)
    stress = scene.say(f"stress_{scene.board.kind}")
    yield from (stress, question(scene, shown)) if scene.task.purpose == "opening" else ()
    certain = not hedges and len(scene.reading.passages) >= FEWEST_PASSAGES
    yield scene.say("unhedged") if certain else hedges
    yield stress if scene.task.purpose != "opening" else ""


def _counter(scene: Scene) -> str:
    def against(passage: Passage) -> bool:
        return passage.side == -scene.lean if scene.lean else True

    passage = scene.fresh(against, lambda passage: 3 * passage.turns + abs(passage.lean) + bool(passage.figures))
    if passage:
        return scene.say(f"counter_{SIDE_KEYS[passage.side]}", quote=passage.quote)
    return scene.say("counter_spent" if any(map(against, scene.reading.quotable)) else "counter_none")


def _answer(scene: Scene) -> str:
    """Quote a claim of another agent and answer it; nothing where nobody has spoken."""
    claim = target(scene)
    if claim is None:
        return ""
    reply = scene.say(f"answer_{claim.kind}") or scene.say("answer_other")
    return " ".join(filter(None, (scene.say("cite", name=claim.name, claim=claim.text), reply)))


def question(scene: Scene, shown: str = "") -> str:
    """Take up the question asked, if there is one, by the passage that shares most words with it and is not `shown`."""
    asked = clip(clean(scene.request.question or ""), LONGEST_QUESTION)
    if not asked:
        return ""
    keywords = {word for word in asked.lower().replace("?", " ").split() if len(word) >= SHORTEST_KEYWORD}
    passage = scene.fresh(
        lambda passage: not keywords.isdisjoint(passage.words),
        lambda passage: 3 * len(keywords & passage.words) - 9 * (passage.quote in shown),
    )
    if passage:
        return scene.say("question_found", question=asked, quote=passage.quote)
    return scene.say("question_none", question=asked)
