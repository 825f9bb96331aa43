"""A client of Railway's GraphQL API (https://docs.railway.com/integrations/api)."""

from __future__ import annotations

import re
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

if TYPE_CHECKING:
    from collections.abc import Mapping

URL = "https://backboard.railway.com/graphql/v2?source=gayed-signals"
ATTEMPTS = 6
LONGEST_WAIT_SECONDS = 60
AT_MOST_ONCE = {"ServiceCreate", "ServiceDomainCreate", "Deploy"}
"""Operations that are not repeated after a lost answer, because they would be done twice."""

OPERATION = re.compile(r"^(?:query|mutation) (?P<name>\w+).*?^}$", re.DOTALL | re.MULTILINE)
OPERATIONS = {
    found["name"]: found[0]
    for found in OPERATION.finditer((Path(__file__).parent / "operations.graphql").read_text("utf-8"))
}


class Refusal(Exception):
    """The command cannot go on; the message tells the operator why."""


class _Again(Exception):
    """Railway did not answer, and may after `seconds`."""

    def __init__(self, why: str, seconds: float = 0) -> None:
        super().__init__(why)
        self.seconds = seconds


_backoff = wait_exponential(multiplier=0.5, max=20)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.seconds if isinstance(error, _Again) else 0
    return min(max(asked, _backoff(state)), LONGEST_WAIT_SECONDS)


class Api:
    """A client that retries operations that are safe to repeat."""

    def __init__(self, environ: Mapping[str, str], url: str = URL) -> None:
        """Take the token of the environment. Raises Refusal if there is none, or both."""
        project, account = environ.get("RAILWAY_TOKEN"), environ.get("RAILWAY_API_TOKEN")
        if project and account:
            raise Refusal("RAILWAY_TOKEN and RAILWAY_API_TOKEN are both set, and Railway takes one: unset the other")
        if not project and not account:
            raise Refusal("no token: set RAILWAY_TOKEN (of the project) or RAILWAY_API_TOKEN (of the account)")
        self.of_project = bool(project)
        headers = {"Project-Access-Token": project} if project else {"Authorization": f"Bearer {account}"}
        self._http = httpx.Client(headers=headers, timeout=30)
        self._url = url

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def run(self, name: str, **variables: object) -> Any:  # noqa: ANN401  # JSON, which each caller takes apart
        """Run an operation of operations.graphql; return the value of its one field. Raises Refusal."""
        attempts = Retrying(
            retry=retry_if_exception_type(_Again), stop=stop_after_attempt(ATTEMPTS), wait=_wait, reraise=True
        )
        try:
            return attempts(self._try, name, variables)
        except _Again as error:
            raise Refusal(f"Railway did not answer {name}: {error}; run this again") from None

    def _try(self, name: str, variables: Mapping[str, object]) -> Any:  # noqa: ANN401
        body = {"operationName": name, "query": OPERATIONS[name], "variables": variables}
        try:
            answer = self._http.post(self._url, json=body)
        except httpx.ConnectError as error:
            raise _Again(f"{error}") from None
        except httpx.TransportError as error:
            raise self._lost(name, type(error).__name__) from None
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            raise _Again("429, too many requests", _seconds(answer.headers.get("retry-after", "")))
        if answer.is_server_error:
            raise self._lost(name, f"{answer.status_code}")
        return _value(name, answer)

    def _lost(self, name: str, why: str) -> Exception:
        if name in AT_MOST_ONCE:
            return Refusal(
                f"Railway did not answer {name}: {why}; it may have been done; run this again to see and continue"
            )
        return _Again(why)


def _seconds(text: str) -> float:
    return float(text) if text.isdecimal() else 0


def _value(name: str, answer: httpx.Response) -> Any:  # noqa: ANN401
    try:
        body = answer.json()
    except ValueError:
        raise Refusal(f"Railway answered {name} with {answer.status_code} and no JSON") from None
    if errors := body.get("errors"):
        raise Refusal(f"Railway refused {name}: {'; '.join(error['message'] for error in errors)}")
    if answer.is_error or not body.get("data"):
        raise Refusal(f"Railway refused {name} with {answer.status_code}")
    (value,) = body["data"].values()
    return value
