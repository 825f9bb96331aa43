"""Write a debate as a document in Markdown, fit to hand on."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from lib.agents import model
from lib.contract.events import TurnCompleted, TurnFailed
from lib.documents import outline, texts
from lib.documents.markdown import items, line, paragraphs, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.contract.debate import DebateRequest
    from lib.contract.result import DebateResult, Steer
    from lib.contract.verdict import Evidence, Verdict
    from lib.debates.result import Outcome


def write(outcome: Outcome) -> str:
    """Return the document; evidence links to the turns that it quotes."""
    return "\n\n".join(_blocks(outcome)) + "\n"


def _blocks(outcome: Outcome) -> Iterator[str]:
    request, result = outcome
    yield f"# {line(result.debate.title)}"
    yield _origin(result, request)
    yield f"*{texts.NO_ADVICE}*"
    if request.question:
        yield f"**Question:** {line(request.question)}"
    if request.signals:
        yield f"## {texts.SIGNALS}"
        yield _signals(request)
    yield f"## {texts.VERDICT}"
    yield from _verdict(result.verdict) if result.verdict else [texts.NO_VERDICT]
    yield from _rounds(result)
    yield from _closing_steers(result)


def _origin(result: DebateResult, request: DebateRequest) -> str:
    content, debate, usage = request.content, result.debate, result.usage
    cost = "" if usage.cost_usd is None else f", {usage.cost_usd:.4f} US dollars"
    source = f", published at <{content.url}>" if content.url else ""
    facts = [
        f"Content: {content.type}{source}",
        f"Debated: {debate.created_at:%Y-%m-%d %H:%M} UTC, {debate.rounds} round{'s' if debate.rounds > 1 else ''}",
        f"Model: {line(debate.model)}{f'. {texts.OFFLINE}' if debate.model == model.OFFLINE else ''}",
        f"State: {debate.status}",
        f"Used: {usage.input_tokens + usage.output_tokens:,} tokens{cost}",
    ]
    return items(facts)


def _signals(request: DebateRequest) -> str:
    rows = [
        (
            signal.name,
            signal.state.replace("_", " "),
            "" if signal.value is None else f"{signal.value:g}",
            signal.strength or "",
            signal.as_of.isoformat(timespec="minutes"),
            signal.source or "",
        )
        for signal in request.signals
    ]
    return table(texts.SIGNAL_COLUMNS, rows)


def _verdict(verdict: Verdict) -> Iterator[str]:
    yield f"**{verdict.stance.replace('_', ' ').capitalize()}**, confidence {verdict.confidence:.0%}"
    yield paragraphs(verdict.summary)
    lists = (
        (texts.KEY_POINTS, verdict.key_points),
        (texts.DISSENT, verdict.dissent),
        (texts.MISSING_DATA, verdict.missing_data),
    )
    for title, points in lists:
        if points:
            yield f"### {title}"
            yield items(map(line, points))
    if verdict.evidence:
        yield f"### {texts.EVIDENCE}"
        yield items(map(_evidence, verdict.evidence))
    for change in verdict.adjustments:
        why = texts.RULES.get(change.rule, line(change.rule))
        yield f"The confidence was changed from {change.from_:.0%} to {change.to:.0%}: {why}."
    if verdict.dropped_quotes:
        yield f"{texts.DROPPED_QUOTES}: {verdict.dropped_quotes}."


def _evidence(evidence: Evidence) -> str:
    quote = f"\u201c{line(evidence.quote)}\u201d"
    if evidence.turn is None or evidence.agent is None:
        return f"{quote} - {texts.CONTENT}"
    return f"{quote} - {line(outline.agent_name(evidence.agent))}, [turn {evidence.turn}](#turn-{evidence.turn})"


def _rounds(result: DebateResult) -> Iterator[str]:
    for number, turns in outline.rounds(result):
        yield f"## Round {number}"
        for turn, steers in turns:
            for steer in steers:
                yield from _steer(steer)
            yield f"### Turn {turn.turn}"
            yield f"**{line(outline.agent_name(turn.agent))}**"
            yield _turn(turn)


def _turn(turn: TurnCompleted | TurnFailed) -> str:
    match turn:
        case TurnCompleted():
            return paragraphs(turn.text)
        case TurnFailed():
            return f"*{texts.LEFT_OUT}: {line(turn.problem.detail)}*"
        case _:
            assert_never(turn)


def _steer(steer: Steer) -> Iterator[str]:
    yield f"### {texts.STEER} {steer.steer}"
    yield f"**{texts.USER}**"
    yield paragraphs(steer.text)


def _closing_steers(result: DebateResult) -> Iterator[str]:
    if steers := outline.closing_steers(result):
        yield f"## {texts.CLOSING_STEERS}"
    for steer in steers:
        yield from _steer(steer)
        if steer.turn is None:
            yield f"*{texts.UNANSWERED}*"
