"""Print the result of each check, as a line or as JSON, and the totals."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, TypeVar

import httpx
from httpx_sse import SSEError
from pydantic import ValidationError

from scripts.local.terminal import paint

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Failed(Exception):
    """A check failed; the message says what was found and what was expected."""


def expect(true: object, otherwise: str) -> None:
    """Raise Failed with `otherwise` unless `true` is true."""
    if not true:
        raise Failed(otherwise)


class Report:
    """Counts of the checks that have passed and failed."""

    def __init__(self, *, as_json: bool) -> None:
        self._json = as_json
        self.passed = self.failed = 0

    def run(self, function: str, what: str, check: Callable[[], T]) -> T | None:
        """Run one check of a function; return its result, or None if it failed."""
        start = time.monotonic()
        found, fault = None, None
        try:
            found = check()
        except Failed as error:
            fault = str(error)
        except (httpx.HTTPError, SSEError, json.JSONDecodeError) as error:
            fault = f"{type(error).__name__}: {error}"
        except ValidationError as error:
            places = (".".join(map(str, one["loc"])) + f": {one['msg']}" for one in error.errors(include_input=False))
            fault = f"the answer is no {error.title}: {'; '.join(places)}"
        self._line(function, what, fault, round((time.monotonic() - start) * 1000))
        return found

    def end(self) -> int:
        """Print the totals, and return the exit status."""
        if self._json:
            self._print(json.dumps({"passed": self.passed, "failed": self.failed}))
        else:
            self._print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0

    def _line(self, function: str, what: str, fault: str | None, ms: int) -> None:
        self.passed += fault is None
        self.failed += fault is not None
        if self._json:
            fields = {"function": function, "check": what, "ok": fault is None, "fault": fault, "ms": ms}
            self._print(json.dumps(fields))
        else:
            mark = paint("ok  ", "32") if fault is None else paint("FAIL", "31")
            self._print(f"{mark}  {function:<13}  {what} ({ms} ms){f': {fault}' if fault else ''}")

    def _print(self, line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
