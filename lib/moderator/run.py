"""Hold one worker's run through a debate."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lib.agents import roster
from lib.agents.prompt.prompt import Revision
from lib.agents.verdict.adjustments import rules
from lib.agents.verdict.evidence import misquotes
from lib.agents.verdict.verdict import verdict
from lib.autogen.failures import ModelFault
from lib.autogen.model_call import estimated_usage
from lib.autogen.speaker import TurnRequest
from lib.autogen.turn_clock import TurnClock
from lib.contract.events import (
    NOTHING,
    DebateStarted,
    TurnCompleted,
    TurnFailed,
    TurnReset,
    TurnStarted,
    Usage,
    VerdictCompleted,
)
from lib.contract.failures import BudgetExceeded, TooFewVoices
from lib.moderator import agenda
from lib.moderator.attempts import attempts
from lib.moderator.budget import LAST_WORD
from lib.moderator.steers import Steers
from lib.moderator.turn_writer import TurnWriter
from lib.process.monitoring import telemetry
from lib.process.tasks import lasting

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from tenacity import AsyncRetrying

    from lib.agents.prompt.prompt import Task
    from lib.agents.roster import Agent
    from lib.autogen.attempt import TurnResult
    from lib.autogen.speaker import Speaker
    from lib.contract.failures import EventProblem
    from lib.contract.verdict import Judgement
    from lib.debates.claim import Claim
    from lib.moderator.budget import Budget
    from lib.moderator.record import Record
    from lib.postgres.pool import Postgres

FEWEST_VOICES = 2
"""A round that fewer agents than this could take part in is no debate."""

MENDING = 0.2
"""The part of a turn's time that must be left for quotes to go back to the judge."""

log = logging.getLogger("moderator")


class Run:
    """One worker's run through a debate."""

    def __init__(self, claim: Claim, minutes: Record, autogen: Speaker, budget: Budget, postgres: Postgres) -> None:
        self._claim, self._minutes, self._progress, self._autogen = claim, minutes, minutes.progress, autogen
        self._request, self._budget = claim.request, budget
        self._tools = autogen.tools(claim.request)
        self._remarks = Steers(postgres, minutes)

    async def hold(self) -> None:
        """Go on after the last turn that was completed, up to the verdict."""
        model = self._autogen.model or ""
        if (broken_off := self._progress.begun) is not None:
            # Before the new start, as what it cost is the old model's.
            usage = _estimate(self._progress.shown)
            await self._minutes.write(TurnReset(turn=broken_off, reason="worker-replaced", usage=usage))
        await self._minutes.write(DebateStarted(model=model, attempt=self._claim.epoch, agents_version=roster.VERSION))
        async with lasting(self._remarks.watch()):
            await self._debate_and_judge()

    async def _debate_and_judge(self) -> None:
        for turns in agenda.rounds(self._request.rounds):
            await self._round(turns)
        if not self._progress.completed:
            raise BudgetExceeded
        if self._progress.verdict is None:
            task = agenda.closing(self._request.rounds)
            with self._span(task):
                await self._judge(task)

    async def _round(self, turns: Sequence[tuple[Agent, Task]]) -> None:
        for agent, task in turns:
            if task.turn in self._progress.completed.keys() | self._progress.failed.keys():
                continue
            if self._budget.closing:
                return
            await self._remarks.apply()
            with self._span(task):
                await self._debate(agent, task)
        failed = [self._progress.failed[task.turn] for _, task in turns if task.turn in self._progress.failed]
        if len(turns) - len(failed) < FEWEST_VOICES:
            raise _too_few_voices(failed[-1].problem)

    @contextlib.contextmanager
    def _span(self, task: Task) -> Generator[None]:
        with telemetry.span(f"turn {task.agent}") as span:
            span.note(debate__id=str(self._claim.debate_id), debate__turn=task.turn, debate__round=task.round)
            yield
            span.note(failed=task.turn in self._progress.failed)

    async def _debate(self, agent: Agent, task: Task) -> None:
        clock = TurnClock(min(self._autogen.seconds, self._budget.seconds(LAST_WORD)))

        async def begin() -> None:
            await self._begin(agent, task)

        async def speak() -> None:
            await begin()
            turn = replace(self._turn(agent, task, clock), tools=self._tools)
            spoken = await self._autogen.speak(turn, TurnWriter(task.turn, self._minutes, begin))
            await self._complete(task, spoken, spoken.text)

        try:
            await self._retrying(task, clock)(speak)
        except ModelFault as fault:
            await self._leave_out(task, fault)
        await self._minutes.pen.flush()

    async def _judge(self, task: Task) -> None:
        clock = TurnClock(self._autogen.seconds)

        async def judge() -> tuple[TurnResult, Judgement]:
            await self._begin(roster.JUDGE, task)
            # From here on no remark is taken; one that came in time is heard all the same.
            await self._minutes.pen.flush()
            await self._remarks.apply()
            return await self._autogen.judge(self._turn(roster.JUDGE, task, clock))

        await self._remarks.apply()
        try:
            judged: tuple[TurnResult, Judgement] = await self._retrying(task, clock)(judge)
        except ModelFault as fault:
            await self._leave_out(task, fault)
            raise fault.failure from fault
        spoken, judgement = await self._mended(task, clock, *judged)
        gaps = agenda.gaps(self._request.rounds, self._progress)
        hold = tuple(rules(self._request, gaps, self._autogen.model or "", datetime.now(UTC)))
        checked = verdict(judgement, self._request.content.text, self._progress.completed, gaps, hold)
        # Not flushed apart: a worker that takes over finds the judge's turn with its verdict, or neither.
        await self._complete(task, spoken, checked.summary)
        await self._minutes.write(VerdictCompleted(verdict=checked))

    async def _mended(
        self, task: Task, clock: TurnClock, spoken: TurnResult, judgement: Judgement
    ) -> tuple[TurnResult, Judgement]:
        """Give the judge one chance to mend the quotes that stand nowhere, where time and tokens are left for it."""
        reasons = misquotes(judgement, self._request.content.text, self._progress.completed)
        clock.left = min(clock.left, self._budget.seconds() - self._autogen.seconds * MENDING)
        if not reasons or self._budget.spent or clock.left < self._autogen.seconds * MENDING:
            return spoken, judgement
        turn = replace(self._turn(roster.JUDGE, task, clock), revision=Revision(spoken.text, reasons))
        try:
            again, judgement = await self._autogen.judge(turn)
        except ModelFault as fault:
            log.warning("quotes not mended", extra={"agent": task.agent, "reason": str(fault)})
            return spoken.adding(fault.usage), judgement
        return again.adding(spoken.usage), judgement

    def _turn(self, agent: Agent, task: Task, clock: TurnClock) -> TurnRequest:
        return TurnRequest(self._claim.debate_id, agent, self._request, tuple(self._progress.heard), task, clock)

    def _retrying(self, task: Task, clock: TurnClock) -> AsyncRetrying:
        async def reset(fault: ModelFault) -> None:
            log.warning("turn repeated", extra={"agent": task.agent, "reason": str(fault)})
            await self._minutes.write(TurnReset(turn=task.turn, reason=str(fault), usage=fault.usage))

        return attempts(clock, self._budget, reset)

    async def _leave_out(self, task: Task, fault: ModelFault) -> None:
        log.warning("turn failed", extra={"agent": task.agent, "reason": str(fault)})
        if self._progress.shown:
            await self._minutes.write(TurnReset(turn=task.turn, reason=str(fault)))
        failed = TurnFailed(
            turn=task.turn, round=task.round, agent=task.agent, problem=fault.failure.problem(), usage=fault.usage
        )
        await self._minutes.write(failed)

    async def _begin(self, agent: Agent, task: Task) -> None:
        attempt = self._progress.attempts.get(task.turn, 0) + 1
        await self._minutes.write(
            TurnStarted(turn=task.turn, round=task.round, agent=agent.id, role=agent.role, attempt=attempt)
        )

    async def _complete(self, task: Task, spoken: TurnResult, text: str) -> None:
        await self._minutes.write(
            TurnCompleted(
                turn=task.turn,
                round=task.round,
                agent=task.agent,
                text=text,
                finish_reason=spoken.finish_reason,
                usage=spoken.usage,
                model=self._autogen.model or "",
            )
        )


def _estimate(characters: int) -> Usage:
    """Estimate what a turn cost that its worker left behind."""
    return estimated_usage(0, characters) if characters else NOTHING


def _too_few_voices(last: EventProblem) -> TooFewVoices:
    return TooFewVoices(f"Most agents of a round could not speak, the last because: {last.detail} Try again later.")
