"""Describe how a debate was judged."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lib.contract.closed import Closed, ModelText
from lib.contract.debate import SignalState


class Evidence(Closed):
    """A quote that stands word for word in the content, or in the turn of the number `turn`."""

    source: Literal["content", "turn"]
    quote: Annotated[ModelText, Field(min_length=1)]
    turn: int | None
    agent: str | None


class Judgement(Closed):
    """What the judge says, before its quotes are looked up; every field is required, as json_schema wants it."""

    stance: SignalState
    confidence: Annotated[float, Field(ge=0, le=1)]
    summary: Annotated[ModelText, Field(min_length=1)]
    key_points: tuple[ModelText, ...]
    dissent: tuple[ModelText, ...]
    missing_data: tuple[ModelText, ...]
    evidence: tuple[Evidence, ...]


class Adjustment(Closed):
    """A written rule that changed the confidence, and from what to what."""

    rule: str
    from_: Annotated[float, Field(alias="from", serialization_alias="from")]
    to: float


class Verdict(Judgement):
    """A judgement of which every quote was found at its source; the others were dropped and counted."""

    adjustments: tuple[Adjustment, ...]
    dropped_quotes: int
