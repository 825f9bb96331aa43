"""Run a debate that was queued."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from lib.state import State


async def handle(debate_id: UUID, state: State) -> None:
    """Run the debate to its end."""
    await state["moderator"].run(debate_id)
