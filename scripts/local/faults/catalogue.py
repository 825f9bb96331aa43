"""All faults by name and group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.local.faults import anonymous, clients, database, model, workers

if TYPE_CHECKING:
    from scripts.local.faults.experiment import Fault

GROUPS: dict[str, tuple[Fault, ...]] = {
    "workers": workers.FAULTS,
    "database": database.FAULTS,
    "clients": clients.FAULTS,
    "anonymous": anonymous.FAULTS,
    "model": model.FAULTS,
}
"""A new fault goes into FAULTS of its group's module; a new group is a module and a line of this mapping."""


def name(fault: Fault) -> str:
    """Return the value of --only for a fault."""
    return fault.__name__.replace("_", "-")


def chosen(only: str | None) -> list[Fault]:
    """Return the faults of a group, the one of that name, or all for None. Raises KeyError."""
    every = {name(fault): [fault] for faults in GROUPS.values() for fault in faults}
    groups = {group: list(faults) for group, faults in GROUPS.items()}
    return [fault for faults in GROUPS.values() for fault in faults] if only is None else (every | groups)[only]
