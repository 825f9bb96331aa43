"""Say why a request could not be answered: one class a problem, as RFC 9457 describes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lib.contract.problem_type import ProblemType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


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


class Problem(ProblemType):
    """The request could not be answered"""

    status: ClassVar[int] = 500
    headers: ClassVar[Mapping[str, str]] = {}

    def __init__(
        self,
        detail: str,
        *,
        reason: str | None = None,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Say in `detail` what happened and what to do, without any value of the input."""
        super().__init__(detail)
        self.reason = reason
        self.errors = tuple(errors)
        self.extra_headers = dict(headers or {})

    def details(self, request_id: str) -> ProblemDetails:
        """Return what the body says of the problem, to the request of this id."""
        return ProblemDetails(self.type(), self.title(), self.status, self.detail, request_id, self.reason, self.errors)


class MalformedRequest(Problem):
    """The request could not be read"""

    status = 400


class SessionRequired(Problem):
    """A valid session is required"""

    status = 401
    headers: ClassVar[Mapping[str, str]] = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


class NotFound(Problem):
    """There is nothing here"""

    status = 404


class MethodNotAllowed(Problem):
    """The method is not allowed here"""

    status = 405


class RequestTimeout(Problem):
    """The request took too long to arrive"""

    status = 408


class DebateEnded(Problem):
    """The debate has ended"""

    status = 409


class DebateDeleted(Problem):
    """The debate was deleted"""

    status = 409


class DebateLive(Problem):
    """The debate has not ended"""

    status = 409


class BodyTooLarge(Problem):
    """The body is too large"""

    status = 413


class UnsupportedMediaType(Problem):
    """The media type is not supported"""

    status = 415


class InvalidRequest(Problem):
    """The request is not valid"""

    status = 422


class ContentNotFinancial(Problem):
    """The content is not financial"""

    status = 422


class IdempotencyKeyReused(Problem):
    """The Idempotency-Key belongs to another request"""

    status = 422


class TooManyRequests(Problem):
    """Too many requests"""

    status = 429


class HeadTooLarge(Problem):
    """The head of the request is too large"""

    status = 431


class InternalError(Problem):
    """Something went wrong on our side"""


class Unavailable(Problem):
    """A service that this needs cannot be reached"""

    status = 503
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "5"}


class ModelNotConfigured(Problem):
    """No model is configured"""

    status = 503
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "300"}
