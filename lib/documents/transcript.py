"""Write a debate as a document in Markdown, fit to hand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.agents import model, roster
from lib.contract.events import TurnCompleted, TurnFailed
from lib.documents.markdown import items, line, paragraphs, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.contract.debate import DebateRequest
    from lib.contract.result import DebateResult, Remark
    from lib.contract.verdict import Evidence, Verdict
    from lib.debates.result import Outcome

NAMES = {agent.id: agent.name for agent in (*roster.DEBATERS, roster.JUDGE)}
OFFLINE = "It was written by the offline model: rules that quote and count what the content says, and hold no opinion."
NO_ADVICE = (
    "This is a debate between language models about one text. It is no investment advice, no research, and no offer; "
    "check what it says at the source before you rely on it."
)
RULES = {
    "no-signals": "no market signal was supplied",
    "stale-signals": "signals were more than seven days old",
    "agent-missing": "not every agent spoke in every round",
    "offline-model": "the offline model holds no opinion",
}
"""What the rules of lib.agents.verdict.adjustments mean."""

LAST_REMARKS, UNHEARD = "After the last round", "Nobody has answered this."

SIGNAL = ("signal", "state", "value", "strength", "as of", "source")


def write(outcome: Outcome) -> str:
    """Return the document; evidence links to the turns that it quotes."""
    return "\n\n".join(_blocks(outcome)) + "\n"


def _blocks(outcome: Outcome) -> Iterator[str]:
    request, result = outcome
    yield f"# {line(result.debate.title)}"
    yield _origin(result, request)
    yield f"*{NO_ADVICE}*"
    if request.question:
        yield f"**Question:** {line(request.question)}"
    if request.signals:
        yield "## Signals"
        yield _signals(request)
    yield "## Verdict"
    yield from _verdict(result.verdict) if result.verdict else ["There is none."]
    yield from _rounds(result)
    yield from _last_remarks(result)


def _origin(result: DebateResult, request: DebateRequest) -> str:
    content, debate, usage = request.content, result.debate, result.usage
    cost = "" if usage.cost_usd is None else f", {usage.cost_usd:.4f} US dollars"
    source = f", published at <{content.url}>" if content.url else ""
    facts = [
        f"Content: {content.type}{source}",
        f"Debated: {debate.created_at:%Y-%m-%d %H:%M} UTC, {debate.rounds} round{'s' if debate.rounds > 1 else ''}",
        f"Model: {line(debate.model)}{f'. {OFFLINE}' if debate.model == model.OFFLINE else ''}",
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
    return table(SIGNAL, rows)


def _verdict(verdict: Verdict) -> Iterator[str]:
    yield f"**{verdict.stance.replace('_', ' ').capitalize()}**, confidence {verdict.confidence:.0%}"
    yield paragraphs(verdict.summary)
    lists = {"Key points": verdict.key_points, "Dissent": verdict.dissent, "Not known": verdict.missing_data}
    for title, points in lists.items():
        if points:
            yield f"### {title}"
            yield items(map(line, points))
    if verdict.evidence:
        yield "### Evidence"
        yield items(map(_evidence, verdict.evidence))
    for change in verdict.adjustments:
        why = RULES.get(change.rule, line(change.rule))
        yield f"The confidence was changed from {change.from_:.0%} to {change.to:.0%}: {why}."
    if verdict.dropped_quotes:
        yield f"Quotes of the judge that stand nowhere, and were dropped: {verdict.dropped_quotes}."


def _evidence(evidence: Evidence) -> str:
    quote = f"\u201c{line(evidence.quote)}\u201d"
    if evidence.turn is None or evidence.agent is None:
        return f"{quote} - the content"
    return f"{quote} - {_name(evidence.agent)}, [turn {evidence.turn}](#turn-{evidence.turn})"


def _rounds(result: DebateResult) -> Iterator[str]:
    current = 0
    for turn in _debated(result):
        if turn.round != current:
            current = turn.round
            yield f"## Round {current}"
        for steer in result.steers:
            if steer.turn == turn.turn:
                yield from _remark(steer)
        yield f"### Turn {turn.turn}"
        yield f"**{_name(turn.agent)}**"
        yield paragraphs(turn.text) if isinstance(turn, TurnCompleted) else f"*Left out: {line(turn.problem.detail)}*"


def _debated(result: DebateResult) -> list[TurnCompleted | TurnFailed]:
    return [turn for turn in result.turns if turn.agent != roster.JUDGE.id]


def _remark(steer: Remark) -> Iterator[str]:
    yield f"### Remark {steer.steer}"
    yield "**The user**"
    yield paragraphs(steer.text)


def last_remarks(result: DebateResult) -> list[Remark]:
    """Return what the user said after the last debater: only the judge has heard it, or nobody."""
    debated = {turn.turn for turn in _debated(result)}
    return [steer for steer in result.steers if steer.turn not in debated]


def _last_remarks(result: DebateResult) -> Iterator[str]:
    if remarks := last_remarks(result):
        yield f"## {LAST_REMARKS}"
    for steer in remarks:
        yield from _remark(steer)
        if steer.turn is None:
            yield f"*{UNHEARD}*"


def _name(agent: str) -> str:
    """Return the name of an agent, also of one that a later release no longer has."""
    return line(NAMES.get(agent, agent))
