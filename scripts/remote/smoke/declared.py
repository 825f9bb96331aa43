"""Check what the manifest declares of each function: authentication, status and model."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import TypeAdapter

from lib.contract.health import Health
from lib.contract.problems import ProblemDetails, SessionRequired
from scripts.local.describe.schemas import model
from scripts.remote.smoke.report import Failed, expect
from scripts.remote.smoke.site import EMPTY

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from lib.manifest import Function
    from scripts.remote.smoke.report import Report
    from scripts.remote.smoke.site import Site

T = TypeVar("T")

FORGED = "Bearer eyJhbGciOiJSUzI1NiJ9.e30.bm9ib2R5"


def check(report: Report, site: Site, health: dict[str, httpx.Response | str], version: str | None) -> None:
    """Check the health of each address, then each function without a token."""
    for address, answer in health.items():
        names = [name for name, place in site.addresses.items() if place == address]
        what = f"is well at {address}"
        found = report.run("health", what, lambda answer=answer: _well(answer, version))
        if found:
            for name in names:
                report.run(name, "is served", lambda name=name, found=found: _served(name, found))
    for name, function in site.functions.items():
        if function.path and name != "health":
            if function.auth == "session":
                report.run(name, "refuses who has no session", lambda name=name: _refuses(site, name))
            else:
                report.run(name, "answers everybody", lambda name=name: called(site, name))


def answers(answer: httpx.Response, function: Function, declared: type[T]) -> T:
    """Return the body of an answer, validated as `declared`. Raises Failed, ValidationError."""
    expect(answer.status_code == function.status, f"{said(answer)} instead of {function.status}")
    kind = answer.headers.get("content-type", "")
    expect(kind.partition(";")[0] == "application/json", f"its Content-Type is {kind!r}, not application/json")
    return TypeAdapter(declared).validate_json(answer.content)


def said(answer: httpx.Response) -> str:
    """Return the status of an answer and, if it is a problem, its type and detail."""
    if answer.headers.get("content-type") == "application/problem+json":
        problem = answer.json()
        return f"{answer.status_code} {problem.get('type')} ({problem.get('detail')})"
    return f"{answer.status_code}"


def _well(answer: httpx.Response | str, version: str | None) -> Health:
    if isinstance(answer, str):
        raise Failed(answer)
    try:
        health = TypeAdapter(Health).validate_json(answer.content)
    except ValueError:
        raise Failed(f"{said(answer)}, which is not the health of these functions") from None
    down = [f"{name}: {one.reason}" for name, one in health.checks.items() if not one.ok]
    expect(not down and answer.is_success, f"{answer.status_code}, {'; '.join(down) or 'not well'}")
    expect(version in {None, health.version}, f"it is version {health.version!r}, not {version!r}")
    return health


def _served(name: str, health: Health) -> None:
    expect(name in health.functions, f"its process serves only {', '.join(health.functions)}")


def called(site: Site, name: str, headers: Mapping[str, str] = EMPTY) -> None:
    """Call a function and check its answer against the manifest. Raises Failed, ValidationError."""
    function, answer = site.functions[name], site.ask(name, headers=headers)
    expect(answer.status_code == function.status, f"{said(answer)} instead of {function.status}")
    if function.response:
        answers(answer, function, model(function.response))
        return
    kinds = [
        kind for status, _, kind in (one.partition(" ") for one in function.also) if status == f"{function.status}"
    ]
    kind = answer.headers.get("content-type", "").partition(";")[0]
    expect(kind in kinds, f"its Content-Type is {kind!r}, not {' or '.join(kinds)}")
    if name == "openapi":
        paths = {one.path for one in site.functions.values() if one.path}
        missing = paths - set(answer.json().get("paths", ()))
        expect(not missing, f"it does not describe {', '.join(sorted(missing))}")


def _refuses(site: Site, name: str) -> None:
    for headers, challenge in ({}, "Bearer"), ({"Authorization": FORGED}, 'Bearer error="invalid_token"'):
        answer = site.ask(name, headers=headers)
        expect(answer.status_code == SessionRequired.status, f"{said(answer)} instead of {SessionRequired.status}")
        kind = answer.headers.get("content-type")
        expect(kind == "application/problem+json", f"its Content-Type is {kind!r}, not application/problem+json")
        problem = TypeAdapter(ProblemDetails).validate_json(answer.content)
        expect(problem.type == SessionRequired.type(), f"it is a {problem.type}, not a {SessionRequired.type()}")
        expect(problem.request_id == answer.headers.get("x-request-id"), "request_id is not that of X-Request-Id")
        found = answer.headers.get("www-authenticate")
        expect(found == challenge, f"WWW-Authenticate is {found!r}, not {challenge!r}")
