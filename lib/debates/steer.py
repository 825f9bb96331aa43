"""Steer a debate: store a text of the user that its agents answer in their next turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.contract.events import TurnStarted
from lib.contract.problems import DebateEnded, TooManyRequests
from lib.debates import deadline, debate
from lib.event_log.channels import SIGNALS
from lib.postgres.statements import statements

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from lib.contract.caller import Caller
    from lib.contract.debate import Debate, SteerRequest
    from lib.postgres.connection import Record
    from lib.postgres.pool import Postgres

SQL = statements(__file__)

TURN_STARTED, JUDGE = TurnStarted.model_fields["type"].default, "judge"
"""The type of the event, and its `role`, after which no steer is taken."""

MOST = 5
"""The steers that one debate may take."""


async def steer(postgres: Postgres, caller: Caller, debate_id: str, request: SteerRequest) -> Debate:
    """Store a steer of the caller's debate and signal the worker that runs it; return the debate.

    Raises NotFound, DebateEnded once the judge's turn has started or the debate has ended, or TooManyRequests.
    """
    owned = await debate.owned(postgres, caller, debate_id)
    async with postgres.transaction() as connection:
        await connection.execute(SQL["lock"], {"debate_id": owned.id})
        values = {"debate_id": owned.id, "turn_started": TURN_STARTED, "judge": JUDGE}
        taken = await connection.fetch_one(SQL["taken"], values)
        if taken is None or taken["closed"]:
            raise DebateEnded("The judge has begun, or the debate has ended: no turn can answer you any more.")
        if taken["steers"] >= MOST:
            raise TooManyRequests(
                f"You have steered this debate {MOST} times, as often as you may; start another one.",
                reason="steers",
                headers={"Retry-After": str(deadline.SECONDS + deadline.ROUND_SECONDS * owned.rounds)},
            )
        await connection.execute(SQL["insert"], {"debate_id": owned.id, "text": request.text, "signals": SIGNALS})
    return owned


async def read(postgres: Postgres, debate_id: UUID, after: int) -> Sequence[Record]:
    """Return the steers of a debate whose number is greater than `after`, in order: rows of `steer` and `text`."""
    return await postgres.fetch_all(SQL["read"], debate_id=debate_id, after=after)
