from __future__ import annotations

import asyncio

import pytest

from scripts.local.faults import model
from scripts.local.faults.rows import ROWS, Row

pytestmark = pytest.mark.filterwarnings("ignore:No text content:UserWarning", "ignore:Received more:UserWarning")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_fault_of_the_model_comes_to_what_is_declared(idle: dict[str, str], row: Row) -> None:
    struck, wrong = asyncio.run(model.hold(idle, row))
    assert (struck > 0, wrong) == (True, [])
