"""Answer errors as RFC 9457 problems."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, ClassVar

from starlette.responses import JSONResponse

from lib.contract.problem import Fault, ProblemDetails

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.exceptions import HTTPException


class Problem(Exception):
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
        self.detail = detail
        self.reason = reason
        self.errors = tuple(errors)
        self.extra_headers = dict(headers or {})

    @classmethod
    def type(cls) -> str:
        """Name the problem as a URN, made from the class's name."""
        return "urn:problem:" + re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def title(cls) -> str:
        """Name the problem for people: the class's docstring."""
        return (cls.__doc__ or "").strip()

    def response(self, request_id: str) -> JSONResponse:
        """Make the answer."""
        details = ProblemDetails(
            self.type(), self.title(), self.status, self.detail, request_id, self.reason, self.errors
        )
        body = {name: value for name, value in asdict(details).items() if value not in (None, ())}
        headers = {**self.headers, **self.extra_headers}
        return JSONResponse(body, self.status, headers, media_type="application/problem+json")


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


def from_http(error: HTTPException) -> Problem:
    """Turn what Starlette's router raises into a problem; it raises no other status than these two."""
    if error.status_code == MethodNotAllowed.status:
        allowed = (error.headers or {}).get("Allow", "")
        return MethodNotAllowed(f"Use one of: {allowed}.", headers=error.headers)
    return NotFound("No function is served at this path; GET /health lists the functions of this process.")
