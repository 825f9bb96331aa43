"""Order a debate's turns and steers as the transcript and the page show them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from lib.agents import roster

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.contract.events import TurnCompleted, TurnFailed
    from lib.contract.result import DebateResult, Steer


class OutlinedTurn(NamedTuple):
    """A debater's turn, and the steers that it was the first to answer."""

    turn: TurnCompleted | TurnFailed
    steers: tuple[Steer, ...]


def rounds(result: DebateResult) -> Iterator[tuple[int, tuple[OutlinedTurn, ...]]]:
    """Yield the number of each round with its turns; the judge's turn is left out, as the verdict stands apart."""
    for number, turns in groupby(_debaters_turns(result), key=lambda turn: turn.round):
        yield (
            number,
            tuple(
                OutlinedTurn(turn, tuple(steer for steer in result.steers if steer.turn == turn.turn)) for turn in turns
            ),
        )


def closing_steers(result: DebateResult) -> tuple[Steer, ...]:
    """Return the steers that no debater has answered: the judge alone has read them, or no agent."""
    answering = {turn.turn for turn in _debaters_turns(result)}
    return tuple(steer for steer in result.steers if steer.turn not in answering)


def _debaters_turns(result: DebateResult) -> Iterator[TurnCompleted | TurnFailed]:
    return (turn for turn in result.turns if turn.agent != roster.JUDGE.id)


def agent_name(agent: str) -> str:
    """Return the name of an agent, or its id where the roster of this release has no such agent."""
    return roster.NAMES.get(agent, agent)
