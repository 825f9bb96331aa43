from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from scripts.local import clerk
from tests.support.stream import bearer

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx


def test_says_who_is_calling(http: httpx.Client, user: str) -> None:
    answer = http.get("/auth-check", headers=bearer(user, sid="sess_1", exp=int(time.time()) + 60))
    assert answer.status_code == 200
    assert answer.json() == {
        "user_id": user,
        "session_id": "sess_1",
        "issuer": clerk.ISSUER,
        "org_id": None,
        "org_role": None,
        "org_permissions": [],
        "expires_at": answer.json()["expires_at"],
        "actor": None,
    }


def test_shows_the_organisation_and_who_impersonates(http: httpx.Client, user: str) -> None:
    claims = {
        "v": 1,
        "org_id": "org_1",
        "org_role": "org:admin",
        "org_permissions": ["org:a:read"],
        "act": {"sub": "user_2"},
    }
    caller = http.get("/auth-check", headers=bearer(user, **claims)).json()
    assert (caller["org_id"], caller["org_role"], caller["org_permissions"]) == ("org_1", "org:admin", ["org:a:read"])
    assert caller["actor"] == "user_2"


def _forged() -> str:
    stranger = rsa.generate_private_key(65_537, 2_048)
    claims = jwt.decode(clerk.token(), options={"verify_signature": False})
    return f"Bearer {jwt.encode(claims, stranger, 'RS256')}"


def _unsigned() -> str:
    claims = jwt.decode(clerk.token(), options={"verify_signature": False})
    return f"Bearer {jwt.encode(claims, '', algorithm=None)}"


def _symmetric() -> str:
    claims = jwt.decode(clerk.token(), options={"verify_signature": False})
    return f"Bearer {jwt.encode(claims, 'k' * 32, 'HS256')}"


def _claims(**claims: Any) -> Callable[[], str]:
    return lambda: bearer(**claims)["Authorization"]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (None, "missing"),
        (lambda: "", "malformed"),
        (lambda: "Bearer", "malformed"),
        (lambda: "Bearer null", "malformed"),
        (lambda: "Bearer undefined", "malformed"),
        (lambda: "Basic dXNlcjpwYXNz", "malformed"),
        (lambda: f"Bearer {'a' * 100_000}", "too-large"),
        (_forged, "signature"),
        (_unsigned, "malformed"),
        (_symmetric, "algorithm"),
        (_claims(exp=int(time.time()) - 60), "expired"),
        (_claims(nbf=int(time.time()) + 3_600), "not-yet-valid"),
        (_claims(iat=int(time.time()) + 3_600), "not-yet-valid"),
        (_claims(exp="soon"), "claim"),
        (_claims(sub="org_1"), "claim"),
        (_claims(sid=None), "claim"),
        (_claims(iss="https://clerk.somebody.else"), "issuer"),
        (_claims(azp="https://evil.example"), "authorized-party"),
        (_claims(azp=None), "authorized-party"),
        (_claims(azp=["http://localhost:3000"]), "authorized-party"),
        (_claims(sts="pending"), "pending"),
    ],
)
def test_refuses_with_a_reason_and_without_the_token(
    http: httpx.Client, make: Callable[[], str] | None, reason: str
) -> None:
    authorization = make() if make else None
    answer = http.get("/auth-check", headers={} if authorization is None else {"Authorization": authorization})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    expected = "Bearer" if authorization is None else 'Bearer error="invalid_token"'
    assert answer.headers["www-authenticate"] == expected
    problem = answer.json()
    assert (problem["type"], problem["reason"]) == ("urn:problem:session-required", reason)
    token = (authorization or "").rpartition(" ")[2]
    assert len(token) < 20 or token[-20:] not in answer.text


def test_refuses_two_authorization_headers(http: httpx.Client) -> None:
    twice = [("Authorization", bearer()["Authorization"])] * 2
    assert http.get("/auth-check", headers=twice).json()["reason"] == "malformed"
