"""Run a debate in one worker: the rounds that are left, then the judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.agents import roster
from lib.autogen.failures import ModelFault
from lib.autogen.model_call import estimated_usage
from lib.contract.events import NOTHING, DebateStarted, TurnReset
from lib.contract.failures import BudgetExceeded, TooFewVoices
from lib.moderator import agenda
from lib.moderator.steers import Steers
from lib.moderator.turns import Turns
from lib.process.tasks import lasting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lib.agents.prompt.prompt import Task
    from lib.agents.roster import Agent
    from lib.autogen.speaker import Speaker
    from lib.debates.claim import Claim
    from lib.moderator.budget import Budget
    from lib.moderator.record import Record
    from lib.postgres.pool import Postgres

FEWEST_VOICES = 2
"""A round in which fewer agents could speak ends the debate."""


class Run:
    """One worker's run through a debate, from where its log stops."""

    def __init__(self, claim: Claim, record: Record, speaker: Speaker, budget: Budget, postgres: Postgres) -> None:
        self._claim, self._record, self._progress = claim, record, record.progress
        self._budget, self._model = budget, speaker.model or ""
        self._steers = Steers(postgres, record)
        self._turns = Turns(claim, record, speaker, budget, self._steers)

    async def run(self) -> None:
        """Go on after the last completed turn, up to the verdict. Raises Failure."""
        await self._reset_partial_turn()
        await self._record.write(
            DebateStarted(model=self._model, attempt=self._claim.epoch, agents_version=roster.VERSION)
        )
        async with lasting(self._steers.watch()):
            await self._debate()
            await self._judge()

    async def _reset_partial_turn(self) -> None:
        """Reset the turn that another worker left behind."""
        # Before DebateStarted, as its cost is that of the other worker's model.
        if (turn := self._progress.begun) is not None:
            usage = estimated_usage(0, self._progress.shown) if self._progress.shown else NOTHING
            await self._record.write(TurnReset(turn=turn, reason="worker-replaced", usage=usage))

    async def _debate(self) -> None:
        for turns in agenda.rounds(self._claim.request.rounds):
            await self._round(turns)
        if not self._progress.completed:
            raise BudgetExceeded

    async def _round(self, turns: Sequence[tuple[Agent, Task]]) -> None:
        for agent, task in turns:
            if task.turn in self._progress.completed.keys() | self._progress.failed.keys():
                continue
            if self._budget.closing:
                return
            await self._turns.debate(agent, task)
        failed = [self._progress.failed[task.turn] for _, task in turns if task.turn in self._progress.failed]
        if len(turns) - len(failed) < FEWEST_VOICES:
            last = failed[-1].problem.detail
            raise TooFewVoices(f"Most agents of a round could not speak, the last because: {last} Try again later.")

    async def _judge(self) -> None:
        if self._progress.verdict is not None:
            return
        try:
            await self._turns.judge(agenda.judging(self._claim.request.rounds))
        except ModelFault as fault:
            raise fault.failure from fault
