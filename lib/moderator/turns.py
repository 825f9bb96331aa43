"""Run single turns of a debate: a debater's, and the judge's."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from lib.agents import roster
from lib.agents.prompt.prompt import Revision
from lib.agents.verdict.adjustments import rules
from lib.agents.verdict.evidence import misquotes
from lib.agents.verdict.verdict import verdict
from lib.autogen.failures import ModelFault
from lib.autogen.speaker import TurnRequest
from lib.autogen.turn_clock import TurnClock
from lib.contract.events import VerdictCompleted
from lib.moderator import agenda
from lib.moderator.budget import DEBATERS_SHARE
from lib.moderator.retry_policy import RetryPolicy
from lib.moderator.turn_writer import TurnWriter
from lib.process.monitoring import telemetry

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

    from lib.agents.prompt.prompt import Task
    from lib.agents.roster import Agent
    from lib.autogen.attempt import TurnResult
    from lib.autogen.speaker import Speaker
    from lib.contract.verdict import Judgement
    from lib.debates.claim import Claim
    from lib.moderator.budget import Budget
    from lib.moderator.record import Record
    from lib.moderator.steers import Steers

    Judged = tuple[TurnResult, Judgement]

Result = TypeVar("Result")

REVISION_SHARE = 0.2
"""The share of a turn's time that must be left for the judge to revise quotes."""

log = logging.getLogger("moderator")


class Turns:
    """Runs turns of one debate, each to its completion or failure."""

    def __init__(self, claim: Claim, record: Record, speaker: Speaker, budget: Budget, steers: Steers) -> None:
        self._debate_id, self._request = claim.debate_id, claim.request
        self._record, self._speaker, self._budget, self._steers = record, speaker, budget, steers
        self._tools = speaker.tools(claim.request)
        self._retries = RetryPolicy()

    async def debate(self, agent: Agent, task: Task) -> None:
        """Run a debater's turn; a failure is written, and the debate goes on without the turn."""
        await self._steers.apply()
        clock = TurnClock(min(self._speaker.seconds, self._budget.seconds(DEBATERS_SHARE)))
        writer = self._writer(agent, task)
        with self._span(task):
            try:
                result = await self._repeated(writer, clock, partial(self._speak, writer, clock))
                await writer.complete(result, result.text)
            except ModelFault as fault:
                await writer.fail(fault)
            await self._record.appender.flush()

    async def judge(self, task: Task) -> None:
        """Run the judge's turn, and write the verdict. Raises ModelFault, after writing the failure of the turn."""
        clock = TurnClock(self._speaker.seconds)
        writer = self._writer(roster.JUDGE, task)
        with self._span(task):
            await self._steers.apply()
            try:
                judged = await self._repeated(writer, clock, partial(self._judge, writer, clock))
            except ModelFault as fault:
                await writer.fail(fault)
                raise
            result, judgement = await self._revised(task, clock, *judged)
            gaps = agenda.gaps(self._request.rounds, self._record.progress)
            applicable_rules = tuple(rules(self._request, gaps, self._speaker.model or "", datetime.now(UTC)))
            turns = self._record.progress.completed
            checked = verdict(judgement, self._request.content.text, turns, gaps, applicable_rules)
            # Without a flush between them, so that a worker that takes over finds both or neither.
            await writer.complete(result, checked.summary)
            await self._record.write(VerdictCompleted(verdict=checked))

    async def _repeated(self, writer: TurnWriter, clock: TurnClock, attempt: Callable[[], Awaitable[Result]]) -> Result:
        """Return the result of `attempt`, made again while RetryPolicy, time and tokens allow. Raises ModelFault."""
        number = 1
        while True:
            try:
                return await attempt()
            except ModelFault as fault:
                pause = self._retries.pause(number, fault)
                if pause is None or pause >= clock.left or self._budget.tokens_spent:
                    raise
                await writer.reset(fault)
            async with clock.running():
                await asyncio.sleep(pause)
            number += 1

    async def _speak(self, writer: TurnWriter, clock: TurnClock) -> TurnResult:
        await writer.start()
        turn = replace(self._turn_request(writer.agent, writer.task, clock), tools=self._tools)
        return await self._speaker.speak(turn, writer)

    async def _judge(self, writer: TurnWriter, clock: TurnClock) -> Judged:
        await writer.start()
        # Once the start is in the log no steer is taken any more; one that came before is still applied.
        await self._record.appender.flush()
        await self._steers.apply()
        return await self._speaker.judge(self._turn_request(writer.agent, writer.task, clock))

    async def _revised(self, task: Task, clock: TurnClock, result: TurnResult, judgement: Judgement) -> Judged:
        """Let the judge revise misquotes once, where time and tokens are left for it."""
        reasons = misquotes(judgement, self._request.content.text, self._record.progress.completed)
        needed = self._speaker.seconds * REVISION_SHARE
        clock.left = min(clock.left, self._budget.seconds() - needed)
        if not reasons or self._budget.tokens_spent or clock.left < needed:
            return result, judgement
        turn = self._turn_request(roster.JUDGE, task, clock)
        try:
            revised, judgement = await self._speaker.judge(replace(turn, revision=Revision(result.text, reasons)))
        except ModelFault as fault:
            log.warning("quotes not revised", extra={"agent": task.agent, "reason": str(fault)})
            return result.adding(fault.usage), judgement
        return revised.adding(result.usage), judgement

    def _turn_request(self, agent: Agent, task: Task, clock: TurnClock) -> TurnRequest:
        history = tuple(self._record.progress.heard)
        return TurnRequest(self._debate_id, agent, self._request, history, task, clock)

    def _writer(self, agent: Agent, task: Task) -> TurnWriter:
        return TurnWriter(self._record, agent, task, self._speaker.model or "")

    @contextlib.contextmanager
    def _span(self, task: Task) -> Generator[None]:
        with telemetry.span(f"turn {task.agent}") as span:
            span.note(debate__id=str(self._debate_id), debate__turn=task.turn, debate__round=task.round)
            yield
            span.note(failed=task.turn in self._record.progress.failed)
