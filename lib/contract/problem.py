"""Describe an error as RFC 9457 does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a body: an RFC 6901 pointer and what is wrong there, never the value."""

    pointer: str
    detail: str


@dataclass(frozen=True, slots=True)
class ProblemDetails:
    """The members of an `application/problem+json` body; absent ones are left out."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    reason: str | None = None
    errors: tuple[Fault, ...] = ()
