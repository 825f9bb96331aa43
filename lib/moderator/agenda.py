"""List the turns of a debate: who speaks in each, and for what purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.agents import roster
from lib.agents.prompt.prompt import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.agents.prompt.prompt import Purpose
    from lib.agents.roster import Agent
    from lib.debates.progress import Progress

OPENING_AND_REBUTTAL = 2


def _purpose(round_: int, rounds: int) -> Purpose:
    if round_ == 1:
        return "opening"
    return "closing" if round_ == rounds > OPENING_AND_REBUTTAL else "rebuttal"


def rounds(count: int) -> Iterator[list[tuple[Agent, Task]]]:
    """Yield the debaters' turns, a list for each of `count` rounds, in the order in which they are spoken."""
    for round_ in range(1, count + 1):
        first = (round_ - 1) * len(roster.DEBATERS) + 1
        yield [
            (agent, Task(agent=agent.id, turn=turn, round=round_, rounds=count, purpose=_purpose(round_, count)))
            for turn, agent in enumerate(roster.DEBATERS, start=first)
        ]


def judging(count: int) -> Task:
    """Return the judge's turn, the last of a debate of `count` rounds."""
    turn = count * len(roster.DEBATERS) + 1
    return Task(agent=roster.JUDGE.id, turn=turn, round=count, rounds=count, purpose="verdict")


def gaps(count: int, progress: Progress) -> tuple[str, ...]:
    """Return a sentence for each debater's turn that was not completed, with the reason, for the verdict."""
    return tuple(
        f"{agent.name} did not speak in round {task.round} ({_reason(task, progress)})."
        for turns in rounds(count)
        for agent, task in turns
        if task.turn not in progress.completed
    )


def _reason(task: Task, progress: Progress) -> str:
    failed = progress.failed.get(task.turn)
    return failed.problem.title if failed else "The time or the tokens of the debate were used up"
