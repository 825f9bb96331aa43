"""Describe a debate: the request that starts one, and the row that its owner sees."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    StrictBool,
    StrictInt,
    ValidationInfo,
)

from lib.contract.closed import Closed, Text, at_most, check

Status = Literal["queued", "running", "completed", "failed", "cancelled"]
SignalState = Literal["risk_on", "risk_off", "neutral"]

SCHEME = "^[Hh][Tt][Tt][Pp][Ss]?://"
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
"""A date-time of RFC 3339, whose seconds may be left out."""


def _check_written_url(value: object) -> object:
    if isinstance(value, str) and not re.match(SCHEME, check(value)):
        raise ValueError("must begin with http:// or https://")
    return value


def _check_written_moment(value: object) -> object:
    if isinstance(value, int | float) or (isinstance(value, str) and not MOMENT.fullmatch(value)):
        raise ValueError("must be a date and a time with its offset, as RFC 3339 writes them")
    return value


def _whole(value: object) -> object:
    """Return 2 for 2.0: JSON has one kind of number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _check_url(url: HttpUrl) -> HttpUrl:
    if url.username or url.password:
        raise ValueError("must not contain a user or a password")
    return url


Url = Annotated[
    HttpUrl,
    Field(max_length=2_048, json_schema_extra={"format": "iri", "pattern": SCHEME}),
    BeforeValidator(_check_written_url),
    AfterValidator(_check_url),
]
PUBLISHED = ("substack", "youtube")
"""The types of content that need a `url`."""


def _check_published(url: HttpUrl | None, info: ValidationInfo) -> HttpUrl | None:
    if url is None and info.data.get("type") in PUBLISHED:
        raise ValueError(f"is required for {' and '.join(PUBLISHED)}")
    return url


class Content(Closed):
    """The text under debate; `url` says where it came from and is never fetched."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"required": ["type"], "properties": {"type": {"enum": list(PUBLISHED)}}},
            "then": {"required": ["url"], "properties": {"url": {"type": "string"}}},
        }
    )

    type: Literal["text", "article", "substack", "youtube"]
    title: Annotated[Text, Field(min_length=1, max_length=255)]
    text: Annotated[Text, Field(min_length=10, max_length=50_000)]
    url: Annotated[Url | None, Field(validate_default=True), AfterValidator(_check_published)] = None


class Signal(Closed):
    """One market signal of the dashboard at the moment `as_of`."""

    name: Annotated[Text, Field(min_length=1, max_length=100)]
    state: SignalState
    as_of: Annotated[AwareDatetime, BeforeValidator(_check_written_moment)]
    value: Annotated[float, Field(allow_inf_nan=False, strict=True)] | None = None
    strength: Annotated[Text, Field(min_length=1, max_length=50)] | None = None
    source: Annotated[Text, Field(min_length=1, max_length=255)] | None = None


Question = Annotated[Text, Field(min_length=1, max_length=500)]
Rounds = Annotated[StrictInt, Field(ge=1, le=5), BeforeValidator(_whole)]


class DebateRequest(Closed):
    """What a user wants debated; `force` skips the relevance check."""

    content: Content
    question: Question | None = None
    rounds: Rounds = 2
    signals: Annotated[tuple[Signal, ...], Field(max_length=20), at_most(20)] = ()
    force: StrictBool = False


class SteerRequest(Closed):
    """What the user says during a debate, for its agents to answer."""

    text: Annotated[Text, Field(min_length=1, max_length=500)]


class Debate(Closed):
    """A debate as its owner sees it; `stream_url` is a path, `last_seq` the seq of its newest event."""

    id: UUID
    status: Status
    title: str
    rounds: int
    model: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    stream_url: str
    last_seq: int


class DebateList(Closed):
    """A page of a user's debates, newest first; `next_cursor` names the next page, null on the last."""

    items: tuple[Debate, ...]
    next_cursor: str | None
