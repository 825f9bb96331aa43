"""Take remarks of the user into a debate that is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

MOST = 5
"""The remarks that one debate may take."""


async def steer(postgres: Postgres, debate_id: str, caller: Caller, remark: SteerRequest) -> Debate:
    """Leave a remark for whoever runs the debate, to be heard before the next turn; return the debate.

    Raises NotFound, DebateEnded where no turn can hear it any more, or TooManyRequests.
    """
    steered = await debate.owned(postgres, debate_id, caller)
    async with postgres.transaction() as connection:
        await connection.execute(SQL["lock"], {"debate_id": steered.id})
        standing = await connection.fetch_one(SQL["standing"], {"debate_id": steered.id})
        if standing is None or standing["closed"]:
            raise DebateEnded("The judge has begun, or the debate has ended: nobody can answer a remark any more.")
        if standing["steers"] >= MOST:
            raise TooManyRequests(
                f"You made {MOST} remarks in this debate, as many as it may take; start another one.",
                reason="steers",
                headers={"Retry-After": str(deadline.SECONDS + deadline.ROUND_SECONDS * steered.rounds)},
            )
        await connection.execute(SQL["leave"], {"debate_id": steered.id, "text": remark.text, "signals": SIGNALS})
    return steered


async def left(postgres: Postgres, debate_id: UUID, after: int) -> Sequence[Record]:
    """Return what was left for a debate after so many remarks: rows of `steer` and `text`."""
    return await postgres.fetch_all(SQL["left"], debate_id=debate_id, after=after)
