"""Call functions, each at its own address, and wait for services that sleep."""

from __future__ import annotations

import asyncio
import re
import subprocess
import time
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING

import httpx
from tenacity import AsyncRetrying, RetryError, retry_if_exception_type, retry_if_result, stop_after_delay, wait_fixed

from scripts.remote.smoke.report import Failed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lib.manifest import Function

WAKE_SECONDS = 0.5
ANSWER_SECONDS = 30
EMPTY: Mapping[str, str] = MappingProxyType({})
NOBODY = "00000000-0000-4000-8000-000000000000"


class Site:
    """The functions to check, and the address of each."""

    def __init__(self, functions: Mapping[str, Function], addresses: Mapping[str, str], http: httpx.Client) -> None:
        self.functions = {name: functions[name] for name in addresses}
        self.addresses = dict(addresses)
        self.http = http

    def wake(self, patience: float) -> dict[str, httpx.Response | str]:
        """Poll the health of each address until it is 200 or `patience` seconds have passed.

        While a service on Railway wakes up, Railway's edge answers with 502 or 404. Return the last answer by address,
        or the reason why there was none.
        """
        return asyncio.run(self._wake(list(dict.fromkeys(self.addresses.values())), patience))

    async def _wake(self, addresses: list[str], patience: float) -> dict[str, httpx.Response | str]:
        async with httpx.AsyncClient(headers=self.http.headers) as http:
            answers = await asyncio.gather(*(_health(http, address, patience) for address in addresses))
        return dict(zip(addresses, answers, strict=True))

    def url(self, name: str, of: str = NOBODY) -> str:
        """Return the URL of a function; `of` is the id of the debate or chat in its path."""
        return self.addresses[name] + re.sub(r"{\w+}", of, self.functions[name].path or "")

    def ask(
        self, name: str, of: str = NOBODY, *, headers: Mapping[str, str] = EMPTY, json: object = None
    ) -> httpx.Response:
        """Call a function by its method and path in the manifest."""
        method = self.functions[name].method or ""
        url = self.url(name, of)
        return self.http.request(method, url, headers=headers, json=json, timeout=ANSWER_SECONDS)


async def _health(http: httpx.AsyncClient, address: str, patience: float) -> httpx.Response | str:
    asleep = retry_if_exception_type(httpx.TransportError) | retry_if_result(_asleep)
    attempts = AsyncRetrying(retry=asleep, stop=stop_after_delay(patience), wait=wait_fixed(WAKE_SECONDS))
    try:
        return await attempts(http.get, f"{address}/health", timeout=min(ANSWER_SECONDS, max(patience, 1)))
    except RetryError as last:
        error = last.last_attempt.exception()
        return f"{type(error).__name__}: {error}" if error else last.last_attempt.result()


def _asleep(answer: httpx.Response) -> bool:
    return answer.status_code != HTTPStatus.OK


def bearer(token: str | None, command: str | None) -> Callable[[], dict[str, str]]:
    """Return a function that makes the Authorization header, of the token or of the command's output at each call."""

    def header() -> dict[str, str]:
        return {"Authorization": f"Bearer {_printed(command) if command else token}"}

    return header


def _printed(command: str) -> str:
    done = subprocess.run(["/bin/sh", "-c", command], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise Failed(f"the command of --token-command ended with status {done.returncode}")
    return done.stdout.strip()


def remaining(deadline: float) -> float:
    """Return the seconds until a deadline of time.monotonic, at least 0.1."""
    return max(deadline - time.monotonic(), 0.1)
