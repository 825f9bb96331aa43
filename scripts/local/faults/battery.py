"""Know all faults by name, try them, and count what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scripts.local.faults import clients, database, model, workers
from scripts.local.faults.trial import Ineffective, trial

if TYPE_CHECKING:
    from scripts.local.faults.stand import Stand
    from scripts.local.faults.trial import Fault

GROUPS: dict[str, tuple[Fault, ...]] = {
    "workers": workers.FAULTS,
    "database": database.FAULTS,
    "clients": clients.FAULTS,
    "model": model.FAULTS,
}
"""A new fault goes into the FAULTS of its group's module; a new group is a module and a line here."""


def name(fault: Fault) -> str:
    """Return what --only takes for a fault."""
    return fault.__name__.replace("_", "-")


def chosen(only: str | None) -> list[Fault]:
    """Return the faults of a group, or the one of that name, or all. Raises KeyError."""
    every = {name(fault): [fault] for faults in GROUPS.values() for fault in faults}
    groups = {group: list(faults) for group, faults in GROUPS.items()}
    return [fault for faults in GROUPS.values() for fault in faults] if only is None else (every | groups)[only]


@dataclass
class Tally:
    """What came of one fault: `injected` and `effective` count faults, `survived` and `lost` debates."""

    fault: str
    injected: int = 0
    effective: int = 0
    survived: int = 0
    lost: int = 0
    evidence: str = ""
    complaints: list[str] = field(default_factory=list[str])
    takeover_seconds: list[float] = field(default_factory=list[float])

    @property
    def well(self) -> bool:
        """Say whether the fault struck every time, and nothing was lost."""
        return self.effective == self.injected and not self.lost and not self.complaints


async def strike(fault: Fault, stand: Stand, debates: int, tally: Tally) -> None:
    """Try a fault once on so many debates, and add what came of it."""
    async with trial(stand, debates) as tried:
        tally.injected += 1
        try:
            tally.evidence = await fault(tried)
            tally.effective += 1
        except Ineffective as error:
            tally.complaints.append(str(error))
        lost, left = await tried.outcome()
    tally.lost += len(lost)
    tally.survived += len(tried.watched) + len(tried.held) - len(lost)
    tally.complaints += [*lost, *left]
    tally.takeover_seconds += tried.takeover_seconds
