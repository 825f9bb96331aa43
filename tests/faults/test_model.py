from __future__ import annotations

import asyncio

import pytest

from scripts.local.faults import model
from scripts.local.faults.model_cases import CASES, ModelCase

pytestmark = pytest.mark.filterwarnings("ignore:No text content:UserWarning", "ignore:Received more:UserWarning")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fault_of_the_model_comes_to_what_is_declared(idle: dict[str, str], case: ModelCase) -> None:
    injected, differences = asyncio.run(model.run(idle, case))
    assert (injected > 0, differences) == (True, [])
