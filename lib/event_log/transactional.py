"""Append the first and the last event of a debate inside a transaction of the caller.

An event may be appended by three: whoever inserts the debate's row (append_first), the owner of the debate's epoch
(Appender), and whoever takes the epoch to end the debate (append_terminal).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.event_log.channels import EVENTS, SIGNALS
from lib.postgres.statements import statements

if TYPE_CHECKING:
    from uuid import UUID

    from lib.contract.events import Event
    from lib.postgres.connection import Connection

SQL = statements(__file__)


async def append_first(connection: Connection, debate_id: UUID, event: Event) -> None:
    """Append the first event of a debate, in the transaction that inserts its row."""
    await connection.execute(SQL["append_first"], {"debate_id": debate_id, **_values(event), "events": EVENTS})


async def append_terminal(connection: Connection, debate_id: UUID, event: Event) -> None:
    """Take the epoch of a debate that has not ended, and append its terminal event; must be in a transaction.

    The worker that runs the debate gets EpochLost. Does nothing where the debate has ended.
    """
    if await connection.fetch_one(SQL["take_epoch"], {"debate_id": debate_id}):
        channels = {"events": EVENTS, "signals": SIGNALS}
        await connection.execute(SQL["append_terminal"], {"debate_id": debate_id, **_values(event), **channels})


def _values(event: Event) -> dict[str, str]:
    return {"type": event.type, "data": event.data_json()}
