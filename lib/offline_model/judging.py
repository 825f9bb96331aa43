"""Judge a debate by its material and its turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.contract.verdict import Evidence, Judgement
from lib.offline_model.answers import question
from lib.offline_model.claims import CONCRETE, DANGLING, claims
from lib.offline_model.signals import STATES
from lib.offline_model.wording import ended, plural, series

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.contract.debate import Signal
    from lib.offline_model.claims import Claim, Kind
    from lib.offline_model.reading import Passage
    from lib.offline_model.scene import Scene

CHALLENGER = "risk_challenger"
MOST_CONFIDENT = 0.75
LONG_TEXT = 12
MOST_OBJECTIONS = 2
TELLING: dict[str, Kind] = {"financial_analyst": "figure", "market_context": "signals", CHALLENGER: "stress"}
"""The kind of claim that each debater's mandate asks for."""
PRESSING = frozenset({"stress", "signals", "figure", "lean", "other"})


def judge(scene: Scene) -> Judgement:
    """Return the judgement. The signals decide the stance; the words decide it where no signal was given."""
    chosen = _claims(scene)
    return Judgement(
        stance=STATES[scene.lean],
        confidence=_confidence(scene),
        summary=" ".join(filter(None, _summary(scene, chosen))),
        key_points=tuple(filter(None, _key_points(scene))),
        dissent=tuple(f"{claim.name}: {ended(claim.text)}" for claim in _objections(scene)),
        missing_data=tuple(_missing(scene)),
        evidence=tuple(_evidence(scene, chosen)),
    )


def _confidence(scene: Scene) -> float:
    """Return more where the signals agree, the words agree with them and the text is long; never above 0.75."""
    if not scene.lean:
        return 0.25
    signals = 0.4 * scene.board.agreement * min(len(scene.board.signals), 5) / 5
    words = 0.1 * (scene.tone == scene.lean)
    material = 0.1 * min(len(scene.reading.passages) / LONG_TEXT, 1)
    return round(min(0.15 + signals + words + material, MOST_CONFIDENT), 2)


def _summary(scene: Scene, chosen: list[Claim]) -> Iterator[str]:
    yield scene.say("verdict" if scene.lean else "verdict_open")
    yield scene.say(f"signals_{scene.board.kind}")
    if scene.lean:
        yield scene.say({scene.lean: "tone_agrees", 0: "tone_even"}.get(scene.tone, "tone_differs"))
    yield question(scene)
    if chosen:
        yield scene.say("weighed", name=chosen[0].name, claim=chosen[0].text)
    yield scene.say("limits")


def _key_points(scene: Scene) -> Iterator[str]:
    yield scene.say(f"point_{scene.board.kind}")
    keys = {scene.lean: "point_for", -scene.lean: "point_against"} if scene.lean else {0: "point_line"}
    for side, key in keys.items():
        passage = _best(scene, side)
        yield scene.say(key, quote=passage.quote) if passage else ""
    yield scene.say("unread" if scene.reading.unread else "foreign" if scene.reading.foreign else "point_words")
    yield scene.say("point_figures" if scene.reading.measured else "point_no_figure")


def _best(scene: Scene, side: int) -> Passage | None:
    fit = [passage for passage in _relevant(scene) if passage.side == side or not scene.lean]
    return max(fit, key=_worth, default=None)


def _relevant(scene: Scene) -> list[Passage]:
    return [passage for passage in scene.reading.quotable if passage.relevant]


def _worth(passage: Passage) -> tuple[int, int]:
    return min(len(passage.figures), 2) + abs(passage.lean) + bool(passage.topics), -len(passage.quote)


def _missing(scene: Scene) -> Iterator[str]:
    if scene.reading.unread:
        yield "The words of the text, which are in a language that these rules do not read."
    elif scene.reading.missing:
        yield f"The text says nothing on {series(scene.reading.missing, 'or')}."
    if not scene.reading.measured:
        yield "The text gives no figure."
    if not any(passage.dates for passage in scene.reading.passages):
        yield "The text gives no date."
    if not scene.board.signals:
        yield "No market signal was supplied."
        return
    yield "The history of the signals was not supplied."
    yield from _unstated(scene.board.signals)


def _unstated(signals: tuple[Signal, ...]) -> Iterator[str]:
    for noun, lacking in (
        ("value", sum(signal.value is None for signal in signals)),
        ("strength", sum(signal.strength is None for signal in signals)),
    ):
        if lacking:
            yield f"The {noun} is not given for {plural(lacking, 'signal')}."


def _claims(scene: Scene) -> list[Claim]:
    """Return the most telling claim of each debater."""
    made: dict[str, list[Claim]] = {}
    for turn in scene.turns:
        made.setdefault(turn.agent, []).extend(claims(turn, scene.board.signals))
    return [
        min(found, key=lambda claim: _vague(claim, TELLING.get(claim.turn.agent, "figure")))
        for found in made.values()
        if found
    ]


def _objections(scene: Scene) -> list[Claim]:
    """Return the challenger's strongest claims, newest first."""
    found = [
        claim
        for turn in reversed(scene.turns)
        if turn.agent == CHALLENGER
        for claim in claims(turn, scene.board.signals)
        if claim.kind in PRESSING and not DANGLING.match(claim.text)
    ]
    return sorted(found, key=lambda claim: _vague(claim, "stress"))[:MOST_OBJECTIONS]


def _vague(claim: Claim, wanted: Kind) -> tuple[bool, bool, bool, int]:
    """Rank a claim; lowest are recent claims of the wanted kind that stand alone and name something of the material."""
    incomplete = claim.kind == "concession" or bool(DANGLING.match(claim.text))
    return incomplete, claim.kind != wanted, not CONCRETE.search(claim.text), -claim.turn.turn


def _evidence(scene: Scene, chosen: list[Claim]) -> Iterator[Evidence]:
    """Yield up to three quotes of the content, one of them from the other side, and one of each debater."""
    ranked = sorted(_relevant(scene), key=_worth, reverse=True)
    backing = [passage.quote for passage in ranked if passage.side == scene.lean or not scene.lean]
    against = [passage.quote for passage in ranked if scene.lean and passage.side == -scene.lean]
    quotes = (*(backing or [passage.quote for passage in ranked])[:2], *against[:1])
    for quote in dict.fromkeys(quotes):
        yield Evidence(source="content", quote=quote, turn=None, agent=None)
    for claim in chosen[:3]:
        yield Evidence(source="turn", quote=claim.text, turn=claim.turn.turn, agent=claim.turn.agent)
