"""Run a debate: every agent in its turn, then the judge, and all of it into the log."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential

from lib import agents, debate
from lib.autogen import ModelFault
from lib.contract.events import (
    DebateCompleted,
    DebateFailed,
    DebateStarted,
    EventProblem,
    TurnCompleted,
    TurnDelta,
    TurnFailed,
    TurnReset,
    TurnStarted,
    VerdictCompleted,
)
from lib.event_log import EpochLost, EventsRefused
from lib.prompt import Task
from lib.resource import Resource
from lib.verdict import verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from uuid import UUID

    from lib.agents import Agent
    from lib.autogen import Autogen, Spoken
    from lib.contract.events import Event
    from lib.contract.verdict import Judgement
    from lib.debate import Claim, Progress
    from lib.event_log import EventLog, Pen
    from lib.postgres import Postgres
    from lib.prompt import Purpose
    from lib.resource import State

ATTEMPTS = 3
FEWEST_VOICES = 2
"""A round that fewer agents than this took part in is no debate."""

DEADLINE = EventProblem(
    type="urn:problem:deadline-exceeded", title="The debate took too long", detail="Start it again, with fewer rounds."
)
TOO_FEW_VOICES = EventProblem(
    type="urn:problem:too-few-voices",
    title="Too few agents could speak",
    detail="The model failed for most agents of a round; try again later.",
)
REFUSED = EventProblem(
    type="urn:problem:events-refused",
    title="The debate could not be stored",
    detail="The error was logged; start the debate again.",
)

log = logging.getLogger("moderator")


def _purpose(round_: int, rounds: int) -> Purpose:
    if round_ == 1:
        return "opening"
    return "closing" if round_ == rounds > len(("opening", "rebuttal")) else "rebuttal"


def rounds(count: int) -> Iterator[list[tuple[Agent, Task]]]:
    """Yield the rounds of a debate: who speaks in which turn, and what for."""
    for round_ in range(1, count + 1):
        first = (round_ - 1) * len(agents.DEBATERS) + 1
        yield [
            (agent, Task(agent=agent.id, turn=turn, round=round_, rounds=count, purpose=_purpose(round_, count)))
            for turn, agent in enumerate(agents.DEBATERS, start=first)
        ]


def closing(count: int) -> Task:
    """Return the judge's turn."""
    turn = count * len(agents.DEBATERS) + 1
    return Task(agent=agents.JUDGE.id, turn=turn, round=count, rounds=count, purpose="verdict")


class _Failed(Exception):
    """The debate cannot go on."""

    def __init__(self, problem: EventProblem) -> None:
        super().__init__(problem.type)
        self.problem = problem


class Moderator(Resource):
    """Runs any number of debates at once; holds nothing of a debate that is not in its log."""

    def __init__(self, postgres: Postgres, event_log: EventLog, autogen: Autogen) -> None:
        """Take the debates from here, write them there, and let those speak."""
        self._postgres, self._log, self._autogen = postgres, event_log, autogen

    async def run(self, debate_id: UUID) -> None:
        """Run a debate to its end, from where its log stops. Returns when it has ended or belongs to another worker.

        Raises Unavailable where the database is lost; a cancellation leaves the debate for another worker.
        """
        claim = await debate.claim(self._postgres, debate_id, self._autogen.model or "")
        if claim is None:
            return
        try:
            await self._hold(claim)
        except EpochLost:
            log.info("debate taken over", extra={"debate_id": str(debate_id), "epoch": claim.epoch})
        except EventsRefused:
            with contextlib.suppress(EpochLost):
                await self._end(claim, REFUSED)

    async def _hold(self, claim: Claim) -> None:
        entries = await self._log.read_all(claim.debate_id)
        progress = debate.fold(entry.event() for entry in entries)
        async with self._log.pen(claim.debate_id, claim.epoch, entries[-1].seq) as pen:
            problem = await _problem(_Sitting(claim, progress, pen, self._autogen), claim)
            await pen.write(DebateFailed(problem=problem) if problem else DebateCompleted())
            await pen.flush()

    async def _end(self, claim: Claim, problem: EventProblem) -> None:
        entries = await self._log.read_all(claim.debate_id)
        async with self._log.pen(claim.debate_id, claim.epoch, entries[-1].seq) as pen:
            await pen.write(DebateFailed(problem=problem))
            await pen.flush()


async def _problem(sitting: _Sitting, claim: Claim) -> EventProblem | None:
    """Hold the debate, and return why it failed, if it did; its time runs from its first start, restarts included."""
    seconds = 60 + 60 * claim.request.rounds - claim.seconds
    try:
        async with asyncio.timeout(max(seconds, 0)):
            await sitting.hold()
    except _Failed as failed:
        return failed.problem
    except TimeoutError:
        return DEADLINE
    return None


class _Sitting:
    """One worker's run through a debate."""

    def __init__(self, claim: Claim, progress: Progress, pen: Pen, autogen: Autogen) -> None:
        self._claim, self._progress, self._pen, self._autogen = claim, progress, pen, autogen
        self._request = claim.request

    async def hold(self) -> None:
        """Go on after the last turn that was completed, up to the verdict."""
        model = self._autogen.model or ""
        await self._write(DebateStarted(model=model, attempt=self._claim.epoch, agents_version=agents.VERSION))
        if self._progress.begun is not None:
            await self._write(TurnReset(turn=self._progress.begun, reason="worker-replaced"))
        for turns in rounds(self._request.rounds):
            for agent, task in turns:
                if task.turn not in self._progress.completed.keys() | self._progress.failed.keys():
                    await self._debate(agent, task)
            if sum(task.turn in self._progress.completed for _, task in turns) < FEWEST_VOICES:
                raise _Failed(TOO_FEW_VOICES)
        if self._progress.verdict is None:
            await self._judge(closing(self._request.rounds))

    async def _debate(self, agent: Agent, task: Task) -> None:
        async def show(text: str) -> None:
            await self._pen.write(TurnDelta(turn=task.turn, text=text))

        async def speak() -> None:
            await self._begin(agent, task)
            spoken = await self._autogen.speak(agent, self._request, self._progress.transcript, task, show)
            await self._complete(task, spoken, spoken.text)
            await self._pen.flush()

        try:
            await self._retrying(task)(speak)
        except ModelFault as fault:
            await self._leave_out(task, fault)

    async def _judge(self, task: Task) -> None:
        async def judge() -> tuple[Spoken, Judgement]:
            await self._begin(agents.JUDGE, task)
            return await self._autogen.judge(agents.JUDGE, self._request, self._progress.transcript, task)

        try:
            judged: tuple[Spoken, Judgement] = await self._retrying(task)(judge)
        except ModelFault as fault:
            await self._leave_out(task, fault)
            raise _Failed(fault.problem) from fault
        spoken, judgement = judged
        checked = verdict(judgement, self._request.content.text, self._progress.completed)
        # Not flushed apart: a worker that takes over finds the judge's turn with its verdict, or neither.
        await self._complete(task, spoken, judgement.summary)
        await self._write(VerdictCompleted(verdict=checked))

    async def _leave_out(self, task: Task, fault: ModelFault) -> None:
        await self._write(TurnFailed(turn=task.turn, round=task.round, agent=task.agent, problem=fault.problem))
        await self._pen.flush()

    def _retrying(self, task: Task) -> AsyncRetrying:
        async def reset(state: RetryCallState) -> None:
            reason = str(state.outcome.exception()) if state.outcome else ""
            log.warning("turn repeated", extra={"agent": task.agent, "reason": reason})
            await self._write(TurnReset(turn=task.turn, reason=reason))

        return AsyncRetrying(
            retry=retry_if_exception(lambda error: isinstance(error, ModelFault) and error.retryable),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random_exponential(multiplier=0.5, max=8),
            before_sleep=reset,
            reraise=True,
        )

    async def _begin(self, agent: Agent, task: Task) -> None:
        attempt = self._progress.attempts.get(task.turn, 0) + 1
        await self._write(
            TurnStarted(turn=task.turn, round=task.round, agent=agent.id, role=agent.role, attempt=attempt)
        )

    async def _complete(self, task: Task, spoken: Spoken, text: str) -> None:
        await self._write(
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

    async def _write(self, event: Event) -> None:
        self._progress.add(event)
        await self._pen.write(event)


def build(_environ: Mapping[str, str], state: State) -> Moderator:
    """Build the resource."""
    return Moderator(state["postgres"], state["event_log"], state["autogen"])
