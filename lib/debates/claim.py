"""Claim a debate: take its next epoch, so that only the claimer may append its events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.contract.debate import DebateRequest
from lib.event_log.channels import SIGNALS
from lib.postgres.statements import statements

if TYPE_CHECKING:
    from uuid import UUID

    from lib.postgres.pool import Postgres

SQL = statements(__file__)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run a debate until a newer epoch is taken; `seconds` have passed since its first start."""

    debate_id: UUID
    epoch: int
    request: DebateRequest
    seconds: float


async def take(postgres: Postgres, debate_id: UUID, model: str) -> Claim | None:
    """Claim a debate that has not ended, else return None; a worker with an earlier epoch gets EpochLost."""
    record = await postgres.fetch_one(SQL["claim"], id=debate_id, model=model, signals=SIGNALS)
    if record is None:
        return None
    return Claim(debate_id, record["epoch"], DebateRequest.model_validate_json(record["request"]), record["seconds"])
