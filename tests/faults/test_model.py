from __future__ import annotations

import asyncio

import pytest

from tests.faults import model
from tests.faults.model import ROWS, Row

pytestmark = pytest.mark.filterwarnings("ignore:No text content:UserWarning", "ignore:Received more:UserWarning")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_fault_of_the_model_comes_to_what_is_declared(environment: dict[str, str], row: Row) -> None:
    asyncio.run(model.hold(environment, row))
