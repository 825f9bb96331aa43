"""Inject every fault of scripts/faults into one debate, and with --full into 50 at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from scripts.local.faults import catalogue
from scripts.local.faults.deployment import Deployment
from scripts.local.faults.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.local.faults.experiment import Fault

OURS = [fault for group, faults in catalogue.GROUPS.items() if group != "model" for fault in faults]


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    """Start the processes that all faults are injected into."""
    with Deployment() as running:
        yield running


@pytest.mark.parametrize("debates", [1, pytest.param(50, marks=pytest.mark.full)])
@pytest.mark.parametrize("fault", OURS, ids=catalogue.name)
def test_debates_survive(deployment: Deployment, fault: Fault, debates: int) -> None:
    tally = Tally(catalogue.name(fault))
    asyncio.run(tally.inject(fault, deployment, debates))
    assert tally.well, tally.complaints
    assert tally.evidence
