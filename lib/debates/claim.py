"""Take a debate over, as the only process that may write its events from then on."""

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
    """The right to run a debate, as long as nobody takes a newer epoch; it first started `seconds` ago."""

    debate_id: UUID
    epoch: int
    request: DebateRequest
    seconds: float


async def take(postgres: Postgres, debate_id: UUID, model: str) -> Claim | None:
    """Take a debate that has not ended; whoever had it can write no more."""
    record = await postgres.fetch_one(SQL["claim"], id=debate_id, model=model, signals=SIGNALS)
    if record is None:
        return None
    return Claim(debate_id, record["epoch"], DebateRequest.model_validate_json(record["request"]), record["seconds"])
