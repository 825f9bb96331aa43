"""Fetch Clerk's keys from a server that answers in every way."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import respx
from jwt.algorithms import RSAAlgorithm
from starlette.datastructures import Headers

from lib.clerk.search_limit import MOST_AT_ONCE, REFILL_SECONDS
from lib.clerk.verifier import Verifier
from lib.contract.problems import SessionRequired, Unavailable
from scripts.local import clerk as local
from tests.support.tokens import ABSENT, STRANGER, claims, header, signed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

    from cryptography.hazmat.primitives.asymmetric import rsa

NOW = 1_800_000_000
ISSUER = "https://clerk.example.com"
JWKS = f"{ISSUER}/.well-known/jwks.json"
ENVIRONMENT = {"CLERK_ISSUER": ISSUER, "CLERK_AUTHORIZED_PARTIES": local.PARTY}


def _jwk(kid: str, key: rsa.RSAPrivateKey, **members: Any) -> dict[str, Any]:
    public = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
    return public | {"kid": kid, "use": "sig", "alg": "RS256"} | members


def _set(*keys: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json={"keys": list(keys)})


OURS = _jwk("one", local.private_key())
ROTATED = _jwk("two", STRANGER)


class Clock:
    """A monotonic clock that stands until it is moved."""

    now = 10_000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the clock by which keys age."""
    clock = Clock()
    monkeypatch.setattr("lib.clerk.fetched_keys.monotonic", clock)
    return clock


@pytest.fixture
def server() -> Generator[respx.Route]:
    """Stand in for Clerk's server of keys."""
    with respx.mock(assert_all_called=False) as mock:
        yield mock.get(JWKS).mock(return_value=_set(OURS))


async def _open(verifier: Verifier, kid: object = "one", key: rsa.RSAPrivateKey | None = None) -> str:
    """Say what came of a request with a fresh token: in, the reason of a refusal, or down."""
    token = signed(header(kid=kid), claims(NOW, iss=ISSUER), key)
    try:
        await verifier.caller(Headers({"authorization": f"Bearer {token}"}))
    except SessionRequired as refused:
        return refused.reason or ""
    except Unavailable as unavailable:
        return "down" if int(unavailable.headers["Retry-After"]) > 0 else "down without a time to come again"
    return "in"


def _with_verifier(test: Callable[[Verifier], Awaitable[None]], **environment: str) -> None:
    async def run() -> None:
        async with Verifier(ENVIRONMENT | environment, clock=lambda: NOW) as verifier:
            await test(verifier)

    asyncio.run(run())


def test_fetches_once_for_a_hundred_cold_requests(server: respx.Route) -> None:
    async def test(verifier: Verifier) -> None:
        assert await asyncio.gather(*(_open(verifier) for _ in range(100))) == ["in"] * 100

    _with_verifier(test)
    assert server.call_count == 1


def test_fetches_at_most_once_for_a_hundred_forged_tokens(server: respx.Route, clock: Clock) -> None:
    async def test(verifier: Verifier) -> None:
        assert await _open(verifier) == "in"
        clock.now += 31
        unknown = [_open(verifier, f"kid{number}", STRANGER) for number in range(50)]
        forged = [_open(verifier, "one", STRANGER) for _ in range(50)]
        assert set(await asyncio.gather(*unknown, *forged)) == {"signature"}

    _with_verifier(test)
    assert server.call_count == 2


def test_key_ids_that_are_made_up_cause_few_fetches(server: respx.Route, clock: Clock) -> None:
    async def test(verifier: Verifier) -> None:
        assert await _open(verifier) == "in"
        for number in range(600):
            clock.now += 0.1
            assert await _open(verifier, f"kid{number}", STRANGER) == "signature"

    _with_verifier(test)
    assert server.call_count <= 1 + MOST_AT_ONCE + 60 / REFILL_SECONDS


def test_one_key_id_does_not_use_up_the_fetches(server: respx.Route, clock: Clock) -> None:
    async def test(verifier: Verifier) -> None:
        assert await _open(verifier) == "in"
        for _ in range(99):
            clock.now += 0.1
            assert await _open(verifier, "foreign", STRANGER) == "signature"

    _with_verifier(test)
    assert server.call_count == 2


def test_a_made_up_key_id_does_not_hold_up_a_key_that_is_rotated_in_after_it(server: respx.Route, clock: Clock) -> None:
    async def test(verifier: Verifier) -> None:
        assert await _open(verifier) == "in"
        clock.now += 60
        assert await _open(verifier, "made-up", STRANGER) == "signature"
        server.mock(return_value=_set(ROTATED))
        assert await _open(verifier, "two", STRANGER) == "in"

    _with_verifier(test)


def test_a_flood_of_key_ids_holds_up_a_new_key_only_for_seconds(server: respx.Route, clock: Clock) -> None:
    async def test(verifier: Verifier) -> None:
        assert await _open(verifier) == "in"
        for number in range(100):
            assert await _open(verifier, f"kid{number}", STRANGER) == "signature"
        server.mock(return_value=_set(ROTATED))
        clock.now += REFILL_SECONDS
        assert await _open(verifier, "made-up", STRANGER) == "signature"
        assert await _open(verifier, "two", STRANGER) == "in"

    _with_verifier(test)


def test_a_signature_that_is_made_up_does_not_hold_up_a_new_key(server: respx.Route, clock: Clock) -> None:
    async def test(verifier: Verifier) -> None:
        assert await _open(verifier) == "in"
        clock.now += 60
        assert await _open(verifier, "one", STRANGER) == "signature"
        server.mock(return_value=_set(ROTATED))
        assert await _open(verifier, "two", STRANGER) == "in"

    _with_verifier(test)


def test_needs_the_token_to_name_its_key(server: respx.Route) -> None:
    async def test(verifier: Verifier) -> None:
        assert await _open(verifier, ABSENT) == "header"

    _with_verifier(test)
    assert server.call_count == 0


def test_keeps_keys_for_five_minutes(server: respx.Route, clock: Clock) -> None:
    async def test(verifier: Verifier) -> None:
        for seconds, calls in ((0, 1), (299, 1), (2, 2), (299, 2)):
            clock.now += seconds
            assert await _open(verifier) == "in"
            assert server.call_count == calls

    _with_verifier(test)


def test_finds_a_key_that_was_rotated_in_and_forgets_the_one_that_went(server: respx.Route, clock: Clock) -> None:
    async def test(verifier: Verifier) -> None:
        assert await _open(verifier) == "in"
        server.mock(return_value=_set(ROTATED))
        clock.now += 1
        assert await _open(verifier, "two", STRANGER) == "in"
        assert await _open(verifier, "one") == "signature"

    _with_verifier(test)


def test_a_key_that_changed_under_its_id_is_found_by_the_bad_signature(server: respx.Route, clock: Clock) -> None:
    async def test(verifier: Verifier) -> None:
        assert await _open(verifier) == "in"
        server.mock(return_value=_set(_jwk("one", STRANGER)))
        clock.now += 31
        assert await _open(verifier, "one", STRANGER) == "in"

    _with_verifier(test)


def test_a_token_that_was_let_in_is_looked_at_again_when_the_keys_change(server: respx.Route, clock: Clock) -> None:
    async def test(verifier: Verifier) -> None:
        token = signed(header(kid="one"), claims(NOW, iss=ISSUER))
        headers = Headers({"authorization": f"Bearer {token}"})
        await verifier.caller(headers)
        server.mock(return_value=_set(ROTATED))
        clock.now += 31
        assert await _open(verifier, "two", STRANGER) == "in"
        with pytest.raises(SessionRequired):
            await verifier.caller(headers)

    _with_verifier(test)


FAILURES: dict[str, Any] = {
    "a hang": httpx.ReadTimeout("hang"),
    "nobody": httpx.ConnectError("refused"),
    "a broken answer": httpx.RemoteProtocolError("broken"),
    "an error": httpx.Response(500),
    "too many requests": httpx.Response(429, headers={"Retry-After": "60"}),
    "a redirection": httpx.Response(302, headers={"Location": "https://evil.example/jwks.json"}),
    "a page": httpx.Response(200, html="<html>Welcome</html>"),
    "no keys": httpx.Response(200, json={"keys": []}),
    "no set": httpx.Response(200, json=["keys"]),
    "a set of nonsense": httpx.Response(200, json={"keys": [1, None, {"kid": 1}, {"kid": "one", "kty": "RSA"}]}),
    "a set that is none": httpx.Response(200, json={"keys": {"kid": "one"}}),
    "a key for something else": _set(_jwk("one", local.private_key(), use="enc")),
    "another kind of key": httpx.Response(200, json={"keys": [{"kid": "one", "kty": "oct", "k": "c2VjcmV0"}]}),
    "deep nonsense": httpx.Response(200, content=b"[" * 100_000),
    "a flood": httpx.Response(200, content=b" " * 300_000),
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_without_any_key_nobody_can_be_verified_until_one_comes(
    server: respx.Route, clock: Clock, failure: Any
) -> None:
    answer = server.mock(side_effect=failure) if isinstance(failure, Exception) else server.mock(return_value=failure)

    async def test(verifier: Verifier) -> None:
        assert await verifier.ping() is None  # nobody has asked yet
        assert await asyncio.gather(*(_open(verifier) for _ in range(10))) == ["down"] * 10
        assert answer.call_count <= 2
        assert await verifier.ping() is not None
        answer.mock(return_value=_set(OURS), side_effect=None)
        clock.now += 6
        assert await _open(verifier) == "in"
        assert await verifier.ping() is None

    _with_verifier(test)


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_keys_are_kept_though_they_cannot_be_fetched_again(server: respx.Route, clock: Clock, failure: Any) -> None:
    async def test(verifier: Verifier) -> None:
        assert await _open(verifier) == "in"
        _ = server.mock(side_effect=failure) if isinstance(failure, Exception) else server.mock(return_value=failure)
        for _ in range(3):
            clock.now += 3_600
            assert await _open(verifier) == "in"
            assert await verifier.ping() is None

    _with_verifier(test)


def test_who_goes_away_leaves_the_fetch_to_the_others(server: respx.Route) -> None:
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(_request: httpx.Request) -> httpx.Response:
        arrived.set()
        await go_on.wait()
        return _set(OURS)

    server.mock(side_effect=slowly)

    async def test(verifier: Verifier) -> None:
        impatient, patient = (asyncio.create_task(_open(verifier)) for _ in range(2))
        await arrived.wait()
        impatient.cancel()
        await asyncio.wait([impatient])
        go_on.set()
        assert await patient == "in"

    _with_verifier(test)
    assert server.call_count == 1


def test_a_fetch_that_is_under_way_ends_with_the_process(server: respx.Route) -> None:
    arrived = asyncio.Event()

    async def never(_request: httpx.Request) -> httpx.Response:
        arrived.set()
        await asyncio.Event().wait()
        return _set(OURS)

    server.mock(side_effect=never)

    async def run() -> None:
        async with Verifier(ENVIRONMENT, clock=lambda: NOW) as verifier:
            request = asyncio.create_task(_open(verifier))
            await arrived.wait()
            request.cancel()
            await asyncio.wait([request])
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())


@respx.mock
def test_asks_clerks_api_where_there_is_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    secret = "sk_test_verySecret"
    route = respx.get("https://api.clerk.com/v1/jwks", headers={"Authorization": f"Bearer {secret}"})
    route.mock(return_value=_set(OURS))

    async def test(verifier: Verifier) -> None:
        assert await _open(verifier) == "in"

    with caplog.at_level("DEBUG"):
        _with_verifier(test, CLERK_SECRET_KEY=secret)
    assert route.call_count == 1
    assert secret not in caplog.text
