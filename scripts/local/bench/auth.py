"""Compare the verification of a token with a bare signature check, and auth-check with a raw ASGI callable."""

from __future__ import annotations

import asyncio
import base64
import time
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from starlette.datastructures import Headers

from lib.clerk.verifier import Verifier
from scripts.local import clerk, functions
from scripts.local.bench import cpu, raw_http
from scripts.local.bench.figure import Figure, against
from scripts.local.bench.rounds import medians

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.local.bench.bench import Bench
    from scripts.local.bench.launch import Server

TOKENS, REQUESTS = 500, 1_000
HOUR = 3_600
VERIFY_TARGET, FRESH_TARGET, REPEATED_TARGET = 4.5, 5.0, 2.0


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield the CPU of verifying a new token, and of a request with a new and with a repeated one."""
    yield _verification(bench)
    yield from _requests(bench)


def _verification(bench: Bench) -> Figure:
    tokens = _tokens(bench.count(TOKENS))
    environment = functions.environ("")
    taken = medians(
        {"verify": lambda: _verify(Verifier(environment), tokens), "floor": lambda: _bare(tokens)}, bench.rounds
    )
    return against("auth: verify a token", "us CPU", taken["verify"], taken["floor"], VERIFY_TARGET)


def _tokens(count: int) -> list[str]:
    return [clerk.token(seconds=HOUR) for _ in range(count)]


def _verify(verifier: Verifier, tokens: Sequence[str]) -> float:
    """Return the microseconds of CPU in which a Verifier verifies a token that it has not seen."""
    headers = [Headers({"authorization": f"Bearer {token}"}) for token in tokens]

    async def verify() -> float:
        before = time.process_time()
        for given in headers:
            await verifier.caller(given)
        return time.process_time() - before

    return asyncio.run(verify()) / len(tokens) * 1e6


def _bare(tokens: Sequence[str]) -> float:
    """Return the microseconds of CPU that `cryptography` takes for the signature alone."""
    key, signed = clerk.private_key().public_key(), [token.encode().rpartition(b".") for token in tokens]
    pairs = [(base64.urlsafe_b64decode(signature + b"=="), content) for content, _, signature in signed]
    before = time.process_time()
    for signature, content in pairs:
        key.verify(signature, content, PKCS1v15(), SHA256())
    return (time.process_time() - before) / len(tokens) * 1e6


def _requests(bench: Bench) -> Iterator[Figure]:
    count = bench.count(REQUESTS)
    same = [raw_http.get("/auth-check", clerk.token(seconds=HOUR))] * count

    def fresh(server: Server) -> float:
        return cpu.per_request(server, [raw_http.get("/auth-check", token) for token in _tokens(count)])

    with bench.floor("hello") as floor, bench.functions("auth-check") as auth:
        taken = medians(
            {
                "fresh": lambda: fresh(auth),
                "repeated": lambda: cpu.per_request(auth, same),
                "floor": lambda: cpu.per_request(floor, same),
            },
            bench.rounds,
        )
    for name, target in {"fresh": FRESH_TARGET, "repeated": REPEATED_TARGET}.items():
        yield against(f"auth: auth-check, a {name} token", "us CPU", taken[name], taken["floor"], target)
