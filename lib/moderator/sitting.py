"""Hold one worker's run through a debate."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential

from lib import agents
from lib.autogen import ModelFault
from lib.contract.events import (
    DebateStarted,
    EventProblem,
    TurnCompleted,
    TurnDelta,
    TurnFailed,
    TurnReset,
    TurnStarted,
    VerdictCompleted,
)
from lib.moderator import agenda
from lib.verdict import verdict

if TYPE_CHECKING:
    from lib.agents import Agent
    from lib.autogen import Autogen, Spoken
    from lib.contract.events import Event
    from lib.contract.verdict import Judgement
    from lib.debate import Claim, Progress
    from lib.event_log import Pen
    from lib.prompt import Task

ATTEMPTS = 3
FEWEST_VOICES = 2
"""A round that fewer agents than this took part in is no debate."""

TOO_FEW_VOICES = EventProblem(
    type="urn:problem:too-few-voices",
    title="Too few agents could speak",
    detail="The model failed for most agents of a round; try again later.",
)

log = logging.getLogger("moderator")


class Failed(Exception):
    """The debate cannot go on."""

    def __init__(self, problem: EventProblem) -> None:
        """Say why."""
        super().__init__(problem.type)
        self.problem = problem


class Sitting:
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
        for turns in agenda.rounds(self._request.rounds):
            for agent, task in turns:
                if task.turn not in self._progress.completed.keys() | self._progress.failed.keys():
                    await self._debate(agent, task)
            if sum(task.turn in self._progress.completed for _, task in turns) < FEWEST_VOICES:
                raise Failed(TOO_FEW_VOICES)
        if self._progress.verdict is None:
            await self._judge(agenda.closing(self._request.rounds))

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
            raise Failed(fault.problem) from fault
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
