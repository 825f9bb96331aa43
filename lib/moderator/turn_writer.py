"""Write the events of one turn."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.autogen.turn_listener import TurnListener
from lib.contract.events import (
    NOTHING,
    ToolCompleted,
    TurnCompleted,
    TurnDelta,
    TurnFailed,
    TurnReset,
    TurnStarted,
    Usage,
)

if TYPE_CHECKING:
    from lib.agents.prompt.prompt import Task
    from lib.agents.roster import Agent
    from lib.autogen.attempt import TurnResult
    from lib.autogen.failures import ModelFault
    from lib.autogen.turn_listener import ToolUse
    from lib.moderator.record import Record

log = logging.getLogger("moderator")


@dataclass(frozen=True, slots=True)
class TurnWriter(TurnListener):
    """Writes one turn of an agent to the record: its start, text, tool uses, resets, and end."""

    record: Record
    agent: Agent
    task: Task
    model: str

    async def start(self) -> None:
        """Write that the next attempt at the turn starts."""
        turn, attempt = self.task.turn, self.record.progress.attempts.get(self.task.turn, 0) + 1
        await self.record.write(
            TurnStarted(turn=turn, round=self.task.round, agent=self.agent.id, role=self.agent.role, attempt=attempt)
        )

    async def reset(self, fault: ModelFault) -> None:
        """Write that a failed attempt is repeated."""
        log.warning("turn repeated", extra={"agent": self.agent.id, "reason": str(fault)})
        await self.record.write(TurnReset(turn=self.task.turn, reason=str(fault), usage=fault.usage))

    async def complete(self, result: TurnResult, text: str) -> None:
        """Write that the turn is completed; `text` is what viewers read of it."""
        await self.record.write(
            TurnCompleted(
                turn=self.task.turn,
                round=self.task.round,
                agent=self.agent.id,
                text=text,
                finish_reason=result.finish_reason,
                usage=result.usage,
                model=self.model,
            )
        )

    async def fail(self, fault: ModelFault) -> None:
        """Write that the turn is left out of the debate, after a reset of what viewers have of it."""
        log.warning("turn failed", extra={"agent": self.agent.id, "reason": str(fault)})
        turn, round_ = self.task.turn, self.task.round
        if self.record.progress.shown:
            await self.record.write(TurnReset(turn=turn, reason=str(fault)))
        await self.record.write(
            TurnFailed(turn=turn, round=round_, agent=self.agent.id, problem=fault.failure.problem(), usage=fault.usage)
        )

    def add_text(self, delta: str) -> bool:
        """Write more text. Returns whether PostgreSQL is far behind."""
        return self.record.put(TurnDelta(turn=self.task.turn, text=delta))

    async def drain(self) -> None:
        """Wait until PostgreSQL has all text."""
        await self.record.appender.flush()

    async def discard_text(self, reason: str, usage: Usage) -> None:
        """Reset and start the turn anew, where viewers have any of it or it cost anything."""
        if self.record.progress.shown or usage != NOTHING:
            await self.record.write(TurnReset(turn=self.task.turn, reason=reason, usage=usage))
            await self.start()

    async def add_tool_use(self, use: ToolUse) -> None:
        """Write a use of a tool."""
        await self.record.write(
            ToolCompleted(turn=self.task.turn, name=use.name, arguments=use.arguments, result=use.result, ms=use.ms)
        )
