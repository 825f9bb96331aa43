"""Answer a request with a problem, as RFC 9457 has it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from lib.contract.problems import MethodNotAllowed, NotFound

if TYPE_CHECKING:
    from starlette.exceptions import HTTPException

    from lib.contract.problems import Problem


def response(problem: Problem, request_id: str) -> JSONResponse:
    """Return the answer to the request of this id, without the members that say nothing."""
    body = {name: value for name, value in asdict(problem.details(request_id)).items() if value not in (None, ())}
    headers = {**problem.headers, **problem.extra_headers}
    return JSONResponse(body, problem.status, headers, media_type="application/problem+json")


def from_router(error: HTTPException) -> Problem:
    """Return the problem for what Starlette's router raises, which is a 404 or a 405."""
    if error.status_code == MethodNotAllowed.status:
        allowed = (error.headers or {}).get("Allow", "")
        return MethodNotAllowed(f"Use one of: {allowed}.", headers=error.headers)
    return NotFound("No function is served at this path; GET /health lists the functions of this process.")
