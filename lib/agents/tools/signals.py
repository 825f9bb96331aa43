"""Look up the signals of a debate."""

import json
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from lib.agents.prompt.delimiters import visible
from lib.contract.debate import Signal, SignalState

# No `from __future__ import annotations`: AutoGen makes a schema of the annotations.

Name = Annotated[str, Field(min_length=1, max_length=100)]

MOST_CHARACTERS = 3_000
"""The most characters of the table that the tool returns; rows that do not fit are left out."""


def signals(
    given: Sequence[Signal],
    name: Annotated[Name | None, "A part of the name that is looked for"] = None,
    state: Annotated[SignalState | None, "The state that is looked for"] = None,
) -> str:
    """Return JSON of the signals with this part of a name and this state; `left_out` counts those beyond the bound."""
    part = (name or "").casefold()
    found = [one for one in given if part in one.name.casefold() and state in {None, one.state}]
    rows = [_row(signal) for signal in found]
    while len(text := _text(rows, len(found))) > MOST_CHARACTERS:
        rows.pop()
    return text


def _row(signal: Signal) -> dict[str, object]:
    row = signal.model_dump(mode="json", exclude_none=True)
    return {key: visible(value) if isinstance(value, str) else value for key, value in row.items()}


def _text(rows: list[dict[str, object]], found: int) -> str:
    return json.dumps({"signals": rows, "left_out": found - len(rows)}, ensure_ascii=False)
