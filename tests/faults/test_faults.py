"""Try every fault of scripts/faults: plainly with one debate, with --full also with 50 at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from scripts.local.faults import battery
from scripts.local.faults.battery import Tally
from scripts.local.faults.stand import Stand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.local.faults.trial import Fault

OURS = [fault for group, faults in battery.GROUPS.items() if group != "model" for fault in faults]


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    """Run what all faults are tried on."""
    with Stand() as running:
        yield running


@pytest.mark.parametrize("debates", [1, pytest.param(50, marks=pytest.mark.full)])
@pytest.mark.parametrize("fault", OURS, ids=battery.name)
def test_debates_survive(stand: Stand, fault: Fault, debates: int) -> None:
    tally = Tally(battery.name(fault))
    asyncio.run(battery.strike(fault, stand, debates, tally))
    assert tally.well, tally.complaints
    assert tally.evidence
