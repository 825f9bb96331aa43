"""Hold the verifier against a corpus of tokens: each rule with its smallest violation and its boundary."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

import jwt
import pytest
from clerk_backend_api.security.types import TokenVerificationError, VerifyTokenOptions
from clerk_backend_api.security.verifytoken import verify_token
from cryptography.hazmat.primitives import serialization
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from starlette.datastructures import Headers

from lib.clerk.verifier import Verifier
from lib.contract.problems import SessionRequired
from scripts.local import clerk as local
from tests.support.tokens import ABSENT, STRANGER, claims, header, segment, signed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from cryptography.hazmat.primitives.asymmetric import rsa

    from lib.contract.caller import Caller

NOW = 1_790_000_000  # any moment: all clocks stand at it
SIGNATURE = len("..") + len(segment(bytes(256)))
ENVIRONMENT = {
    "CLERK_JWT_KEY": local.public_key(),
    "CLERK_ISSUER": local.ISSUER,
    "CLERK_AUTHORIZED_PARTIES": f"{local.PARTY},https://app.example.com",
}


def _clerk(**environment: str) -> Verifier:
    return Verifier(ENVIRONMENT | environment, clock=lambda: NOW)


def _ask(verifier: Verifier, *authorization: str) -> Caller:
    headers = Headers(raw=[(b"authorization", value.encode("latin-1")) for value in authorization])
    return asyncio.run(verifier.caller(headers))


def _reason(verifier: Verifier, *authorization: str) -> str | None:
    """Return why these headers are refused, and nothing where they are not."""
    try:
        _ask(verifier, *authorization)
    except SessionRequired as problem:
        refused = problem
    else:
        return None
    assert not any(len(part) > len("Bearer ") and part in f"{refused.detail} {refused}" for part in authorization)
    return refused.reason


@dataclass(frozen=True)
class Case:
    """A token and why it is refused, if it is; the peer's verdict where it is another, with the reason for ours."""

    make: Callable[[], str]
    reason: str | None
    peer: str = ""


def _head(reason: str | None, peer: str = "", **members: Any) -> Case:
    return Case(lambda: signed(header(**members), claims(NOW)), reason, peer)


def _claim(reason: str | None, peer: str = "", **claimed: Any) -> Case:
    return Case(lambda: signed(header(), claims(NOW, **claimed)), reason, peer)


def _raw(reason: str | None, head: bytes, payload: bytes, peer: str = "") -> Case:
    return Case(lambda: signed(head, payload), reason, peer)


def _shaped(reason: str | None, shape: Callable[[str], str], peer: str = "") -> Case:
    return Case(lambda: shape(signed(header(), claims(NOW))), reason, peer)


def _resigned(algorithm: str, key: Any) -> Callable[[], str]:
    return lambda: jwt.encode(json.loads(claims(NOW)), key, algorithm)


def _unsigned() -> str:
    return f"{segment(header(alg='none'))}.{segment(claims(NOW))}.{segment(b'x')}"


def _hmac() -> str:
    """Sign with the public key as if it were a secret: the oldest trick."""
    message = f"{segment(header(alg='HS256'))}.{segment(claims(NOW))}"
    return f"{message}.{segment(hmac.digest(local.public_key().encode(), message.encode(), hashlib.sha256))}"


TEMPLATE = "a template's token is signed by the same key, and proves no session"
HARMLESS = "the peer ignores the member; we refuse what a session token never has"
NO_USER = "the peer leaves it to its caller"
LAX = "the peer takes what converts to a number"
TWICE = "the peer takes the last of two, others the first"
LONG = "nobody signs in for longer than a day at a time"

CASES: dict[str, Case] = {
    # as Clerk makes them
    "an ordinary session": _claim(None),
    "without kid": _head(None, kid=ABSENT),
    "without typ": _head(None, typ=ABSENT),
    "without cat": _head(None, cat=ABSENT),
    "of the other category": _head(None, cat="cl_I7d4PD111III"),
    "another kid": _head(None, kid="ins_other"),
    "an unknown member of the header": _head(None, pi="x"),
    "an unknown claim": _claim(None, colour="blue"),
    "another party of the list": _claim(None, azp="https://app.example.com"),
    "the longest subject": _claim(None, sub="user_" + "a" * 64),
    "without nbf": _claim(None, nbf=ABSENT),
    "without v": _claim(None, v=ABSENT),
    "an active session": _claim(None, sts="active"),
    "impersonated": _claim(None, act={"sub": "user_admin", "iss": "https://dashboard.clerk.com"}),
    # form
    "nothing": Case(lambda: "null", "malformed"),
    "nobody": Case(lambda: "undefined", "malformed"),
    "one part": Case(lambda: "abc", "malformed"),
    "two parts": _shaped("malformed", lambda token: token.rpartition(".")[0]),
    "four parts": _shaped("malformed", lambda token: f"{token}.x"),
    "an empty header": _shaped("malformed", lambda token: "." + token.partition(".")[2]),
    "an empty payload": _shaped("malformed", lambda token: "..".join([token.split(".")[0], token.split(".")[2]])),
    "an empty signature": _shaped("malformed", lambda token: token.rpartition(".")[0] + "."),
    "padding": _shaped("malformed", lambda token: token + "==", "the peer decodes leniently"),
    "standard base64": _shaped("malformed", lambda token: token[:-1] + "+"),
    "a line end": _shaped("malformed", lambda token: token + "\n"),
    "too long": _raw("too-large", header(), claims(NOW, x="x" * 8_192), "the peer has no limit, and so no defence"),
    "as long as may be": Case(lambda: _of_length(8_192), None),
    "one too long": Case(lambda: _of_length(8_193), "too-large", "the peer has no limit"),
    "a machine's, old": Case(lambda: "mt_abcdef", "token-type"),
    "a machine's": Case(lambda: "m2m_abcdef", "token-type"),
    "an application's": Case(lambda: "oat_abcdef", "token-type"),
    "a key": Case(lambda: "ak_abcdef", "token-type"),
    # header
    "a header that is no JSON": _raw("header", b"alg", claims(NOW)),
    "a header that is no object": _raw("header", b'["RS256"]', claims(NOW)),
    "a header that is a number": _raw("header", b"1", claims(NOW)),
    "a header that is not UTF-8": _raw("header", b'{"alg":"RS256","x":"\xff"}', claims(NOW)),
    "a header with a key twice": _raw("header", b'{"alg":"none","alg":"RS256"}', claims(NOW), TWICE),
    "a header with NaN": _raw("header", b'{"alg":"RS256","x":NaN}', claims(NOW), HARMLESS),
    "a header that nests deep": _raw(
        "header", b'{"alg":"RS256","x":' + b"[" * 2_000 + b"]" * 2_000 + b"}", claims(NOW)
    ),
    "no algorithm": _head("algorithm", alg=ABSENT),
    "none": Case(_unsigned, "algorithm"),
    "None": _head("algorithm", alg="None"),
    "in lower case": _head("algorithm", alg="rs256"),
    "HS256 with the public key": Case(_hmac, "algorithm"),
    "RS384": Case(_resigned("RS384", local.private_key()), "algorithm"),
    "RS512": Case(_resigned("RS512", local.private_key()), "algorithm"),
    "PS256": Case(_resigned("PS256", local.private_key()), "algorithm"),
    "a list of algorithms": _head("algorithm", alg=["RS256"]),
    "another type": _head("header", "the peer ignores typ", typ="at+jwt"),
    "a type in lower case": _head("header", "the peer ignores typ", typ="jwt"),
    "no kid in a kid": _head("header", HARMLESS, kid=""),
    "a kid that is a number": _head("header", kid=1),
    "a kid that is null": _head("header", kid=None),
    "a template": _head("token-type", TEMPLATE, cat="cl_T7d4PD111TTT"),
    "a category that is null": _head("token-type", TEMPLATE, cat=None),
    "a category that is a list": _head("token-type", TEMPLATE, cat=["cl_B7d4PD111AAA"]),
    **{
        f"{name} in the header": _head("header", "" if name in {"crit", "b64"} else HARMLESS, **{name: value})
        for name, value in {
            "crit": ["exp"],
            "b64": False,
            "zip": "DEF",
            "cty": "JWT",
            "jwk": {"kty": "RSA"},
            "jku": "https://evil.example/jwks.json",
            "x5u": "https://evil.example/key.pem",
            "x5c": ["MIIB"],
            "x5t": "abc",
            "x5t#S256": "abc",
        }.items()
    },
    # signature
    "of a stranger": Case(lambda: signed(header(), claims(NOW), STRANGER), "signature"),
    "of other claims": _shaped("signature", lambda token: _swapped(token, 1, segment(claims(NOW, sub="user_other")))),
    "of another header": _shaped("signature", lambda token: _swapped(token, 0, segment(header(kid="other")))),
    "cut": _shaped("signature", lambda token: _swapped(token, 2, segment(bytes(248)))),
    "of one byte": _shaped("signature", lambda token: _swapped(token, 2, segment(b"\0"))),
    "of zeros": _shaped("signature", lambda token: _swapped(token, 2, segment(bytes(256)))),
    # claims as a whole
    "claims that are no JSON": _raw("claim", header(), b"sub"),
    "claims that are a list": _raw("claim", header(), b"[]"),
    "claims that are not UTF-8": _raw("claim", header(), b'{"sub":"\xff"}'),
    "claims that are nothing": _raw("claim", header(), b"null"),
    "no claims": _raw("claim", header(), b"{}"),
    "a claim twice": Case(lambda: signed(header(), _twice("sub")), "claim", TWICE),
    "NaN": Case(lambda: signed(header(), claims(NOW)[:-1] + b',"x":NaN}'), "claim", HARMLESS),
    "claims that nest deep": _raw("claim", header(), b'{"x":' + b"[" * 2_000 + b"]" * 2_000 + b"}"),
    "a number without end": _raw("claim", header(), b'{"exp":' + b"9" * 5_000 + b"}"),
    # who
    "no subject": _claim("claim", NO_USER, sub=ABSENT),
    "an organisation": _claim("claim", NO_USER, sub="org_2abc"),
    "a machine": _claim("claim", NO_USER, sub="mch_2abc"),
    "a user without an id": _claim("claim", NO_USER, sub="user_"),
    "a user of two words": _claim("claim", NO_USER, sub="user_a b"),
    "a user with a line end": _claim("claim", NO_USER, sub="user_a\n"),
    "a user in upper case": _claim("claim", NO_USER, sub="USER_2abc"),
    "a user too long": _claim("claim", NO_USER, sub="user_" + "a" * 65),
    "a user of another script": _claim("claim", NO_USER, sub="user_\u0430"),
    "a subject that is a number": _claim("claim", sub=1),
    "no session": _claim("claim", NO_USER, sid=ABSENT),
    "another session id": _claim("claim", NO_USER, sid="client_2abc"),
    "an empty session id": _claim("claim", NO_USER, sid="sess_"),
    "a session id that is a list": _claim("claim", NO_USER, sid=["sess_2abc"]),
    # for whom
    "no issuer": _claim("issuer", NO_USER, iss=ABSENT),
    "another issuer": _claim("issuer", NO_USER, iss="https://clerk.other.example"),
    "an issuer with a slash": _claim("issuer", NO_USER, iss=f"{local.ISSUER}/"),
    "an issuer in upper case": _claim("issuer", NO_USER, iss=local.ISSUER.upper()),
    "an issuer that is a list": _claim("issuer", NO_USER, iss=[local.ISSUER]),
    "no party": _claim("authorized-party", azp=ABSENT),
    "an empty party": _claim("authorized-party", azp=""),
    "another party": _claim("authorized-party", azp="https://evil.example"),
    "a longer party": _claim("authorized-party", azp=f"{local.PARTY}.evil.example"),
    "a party with a slash": _claim("authorized-party", azp=f"{local.PARTY}/"),
    "a party that is a list": _claim("authorized-party", azp=[local.PARTY]),
    "an audience that nobody asked for": _claim("audience", aud="https://api.example.com"),
    "an audience that is null": _claim("audience", HARMLESS, aud=None),
    # when
    "just not expired": _claim(None, exp=NOW - 4, iat=NOW - 60),
    "just expired": _claim("expired", exp=NOW - 5, iat=NOW - 60),
    "expired": _claim("expired", exp=NOW - 3_600, iat=NOW - 7_200),
    "of 1970": _claim("expired", exp=1, iat=0),
    "just begun": _claim(None, nbf=NOW + 5),
    "not yet begun": _claim("not-yet-valid", nbf=NOW + 6),
    "of tomorrow": _claim("not-yet-valid", nbf=NOW + 86_400),
    "just issued": _claim(None, iat=NOW + 5),
    "not yet issued": _claim("not-yet-valid", iat=NOW + 6),
    "issued tomorrow": _claim("not-yet-valid", iat=NOW + 86_000, exp=NOW + 86_400),
    "a day": _claim(None, exp=NOW + 86_400),
    "more than a day": _claim("claim", LONG, exp=NOW + 86_401),
    "for ever": _claim("claim", LONG, exp=2**53),
    "over before it was issued": _claim("claim", "the peer does not compare them", iat=NOW + 3, exp=NOW + 2),
    "over when it was issued": _claim("claim", "the peer does not compare them", iat=NOW, exp=NOW),
    "no end": _claim("claim", "the peer takes a token without end", exp=ABSENT),
    "no beginning": _claim("claim", "the peer takes a token of no time", iat=ABSENT),
    **{
        f"{name} that is {kind}": _claim("claim", peer, **{name: value})
        for name, near in (("exp", NOW + 60), ("iat", NOW - 1), ("nbf", NOW - 1))
        for kind, value, peer in (
            ("null", None, ""),
            ("true", True, LAX if name != "exp" else ""),
            ("a word", "soon", ""),
            ("text", str(near), LAX),
            ("a fraction", near - 0.5, LAX),
            ("a whole fraction", float(near), LAX),
            ("a list", [near], ""),
        )
    },
    # in what state
    "a pending session": _claim("pending", "the peer leaves it to its caller", sts="pending"),
    "a session in another state": _claim("claim", "the peer leaves it to its caller", sts="ended"),
    "a state that is null": _claim("claim", "the peer leaves it to its caller", sts=None),
    "an actor who is nobody": _claim("claim", "the peer leaves it to its caller", act={}),
    "an actor who is a name": _claim("claim", "the peer leaves it to its caller", act="user_admin"),
}


def _of_length(length: int) -> str:
    """Return a good token of exactly that length."""
    for fill in range(length * 3 // 4 - 1_200, length):
        for pad in range(3):
            head, payload = header(pad="x" * pad), claims(NOW, sid="sess_1", fill="x" * fill)
            if len(segment(head)) + len(segment(payload)) + SIGNATURE == length:
                return signed(head, payload)
    raise AssertionError(length)


def _twice(name: str) -> bytes:
    return claims(NOW)[:-1] + f', "{name}": "user_other"}}'.encode()


def _swapped(token: str, place: int, part: str) -> str:
    parts = token.split(".")
    parts[place] = part
    return ".".join(parts)


def test_the_corpus_is_large_enough() -> None:
    assert len(CASES) >= 120


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_rule_holds(case: Case) -> None:
    assert _reason(_clerk(), f"Bearer {case.make()}") == case.reason


class Frozen(datetime):
    """The peer's clock, standing at the same moment as ours."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        """Tell the time."""
        return cls.fromtimestamp(NOW, tz)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_where_clerks_own_verifier_decides_otherwise_there_is_a_reason(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = case.make()
    monkeypatch.setattr("jwt.api_jwt.datetime", Frozen)
    options = VerifyTokenOptions(
        jwt_key=local.public_key(), authorized_parties=[local.PARTY, "https://app.example.com"], clock_skew_in_ms=5_000
    )
    try:
        verify_token(token, options)
    except (TokenVerificationError, jwt.PyJWTError, ValueError, TypeError, RecursionError):
        accepted = False
    else:
        accepted = True
    assert accepted is (case.reason is None or bool(case.peer))


# Two keys, other rules, organisations


def test_takes_any_of_the_keys_that_were_given() -> None:
    both = f"{_pem(STRANGER)}\n{local.public_key()}".replace("\n", "\\n")
    for key in (STRANGER, local.private_key()):
        assert _reason(_clerk(CLERK_JWT_KEY=both), f"Bearer {signed(header(), claims(NOW), key)}") is None


def _pem(key: rsa.RSAPrivateKey) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def test_takes_the_issuer_from_the_publishable_key() -> None:
    publishable = "pk_test_" + base64.b64encode(b"happy-cat-1.clerk.accounts.dev$").decode()
    token = signed(header(), claims(NOW, iss="https://happy-cat-1.clerk.accounts.dev"))
    assert _reason(_clerk(CLERK_ISSUER="", CLERK_PUBLISHABLE_KEY=publishable), f"Bearer {token}") is None


@pytest.mark.parametrize(
    ("audience", "reason"),
    [
        ("a", None),
        (["x", "b"], None),
        (ABSENT, "audience"),
        ("x", "audience"),
        ([], "audience"),
        (["a", 1], "audience"),
    ],
)
def test_needs_an_audience_where_one_is_configured(audience: object, reason: str | None) -> None:
    token = signed(header(), claims(NOW, aud=audience))
    assert _reason(_clerk(CLERK_AUDIENCE="a,b"), f"Bearer {token}") == reason


@pytest.mark.parametrize(
    ("authorization", "reason"),
    [
        (("bearer {}",), None),
        (("BEARER    {}",), None),
        ((), "missing"),
        (("",), "malformed"),
        (("Bearer",), "malformed"),
        (("Bearer ",), "malformed"),
        (("Bearer\t{}",), "malformed"),
        (("Bearer {} {}",), "malformed"),
        (("Bearer {},",), "malformed"),
        (("Basic {}",), "malformed"),
        (("{}",), "malformed"),
        (("Bearer {}", "Bearer {}"), "malformed"),
        ((f"Bearer {'a' * 100_000}",), "too-large"),
    ],
)
def test_takes_one_authorization_header_with_one_token(authorization: tuple[str, ...], reason: str | None) -> None:
    token = signed(header(), claims(NOW))
    assert _reason(_clerk(), *(value.replace("{}", token) for value in authorization)) == reason


MEMBER = {"id": "org_1", "rol": "admin", "slg": "acme", "per": "read,write,delete", "fpm": "5,2"}
FEATURES = "u:profile,o:dashboard,uo:teams"


@pytest.mark.parametrize(
    ("claimed", "expected"),
    [
        ({"v": 2}, (None, None, ())),
        ({"v": 2, "o": {"id": "org_1", "rol": "member"}}, ("org_1", "org:member", ())),
        (
            {"v": 2, "o": MEMBER, "fea": FEATURES},
            ("org_1", "org:admin", ("org:dashboard:read", "org:dashboard:delete", "org:teams:write")),
        ),
        ({"v": 2, "o": MEMBER | {"fpm": "5"}, "fea": FEATURES}, ("org_1", "org:admin", ())),
        ({"v": 2, "o": MEMBER | {"fpm": "5,-1"}, "fea": FEATURES}, ("org_1", "org:admin", ())),
        ({"v": 2, "o": MEMBER | {"fpm": "5,\u0662"}, "fea": FEATURES}, ("org_1", "org:admin", ())),
        ({"v": 2, "o": MEMBER | {"fpm": "5,0x2"}, "fea": FEATURES}, ("org_1", "org:admin", ())),
        ({"v": 2, "o": MEMBER | {"fpm": f"5,{'9' * 5_000}"}, "fea": FEATURES}, ("org_1", "org:admin", ())),
        ({"v": 2, "o": MEMBER | {"per": 1}, "fea": FEATURES}, ("org_1", "org:admin", ())),
        ({"v": 2, "o": MEMBER}, ("org_1", "org:admin", ())),
        ({"v": 2, "o": {"rol": "admin"}}, (None, None, ())),
        ({"v": 2, "o": ["org_1"]}, (None, None, ())),
        ({"v": 2, "org_id": "org_1", "org_role": "org:admin"}, (None, None, ())),
        ({"v": 1, "o": MEMBER, "fea": FEATURES}, (None, None, ())),
        (
            {"v": 1, "org_id": "org_1", "org_role": "org:admin", "org_permissions": ["org:a:read", 1, ""]},
            ("org_1", "org:admin", ("org:a:read",)),
        ),
        ({"v": ABSENT, "org_id": "org_1", "org_role": "org:admin"}, ("org_1", "org:admin", ())),
        ({"v": 1, "org_role": "org:admin", "org_permissions": ["org:a:read"]}, (None, None, ())),
        ({"v": 1, "org_id": "org_1", "org_permissions": "org:a:read"}, ("org_1", None, ())),
        ({"v": 3, "o": MEMBER, "org_id": "org_1"}, (None, None, ())),
        ({"v": True, "org_id": "org_1"}, (None, None, ())),
        ({"v": "2", "o": MEMBER}, (None, None, ())),
    ],
)
def test_reads_the_organisation_of_either_version(claimed: dict[str, Any], expected: tuple[Any, ...]) -> None:
    caller = _ask(_clerk(), f"Bearer {signed(header(), claims(NOW, **claimed))}")
    assert (caller.org_id, caller.org_role, caller.org_permissions) == expected


def test_says_who_impersonates() -> None:
    caller = _ask(_clerk(), f"Bearer {signed(header(), claims(NOW, act={'sub': 'user_admin'}))}")
    assert (caller.user_id, caller.actor) == ("user_2abcDEF", "user_admin")


# What nobody thought of: no change to a good token is let in, and nothing but the refusal is raised

GOOD = signed(header(), claims(NOW))
MANY = settings(deadline=None, max_examples=150)
VERIFIER = _clerk()
SHOWN = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@MANY
@given(place=st.integers(0, len(GOOD) - 1), character=SHOWN, how=st.sampled_from(["put", "insert", "drop"]))
def test_no_character_can_be_changed(place: int, character: str, how: str) -> None:
    left, right = GOOD[:place], GOOD[place + (how != "insert") :]
    changed = left + (character if how != "drop" else "") + right
    assume(changed.lstrip(" ") != GOOD)  # any number of spaces may follow Bearer
    assert _reason(VERIFIER, f"Bearer {changed}") is not None


@MANY
@given(text=st.text(SHOWN, max_size=300))
def test_no_text_is_a_token(text: str) -> None:
    assert _reason(VERIFIER, f"Bearer {text}") is not None


@MANY
@given(head=st.binary(max_size=60), payload=st.binary(max_size=60))
def test_no_bytes_that_clerk_signed_are_a_session(head: bytes, payload: bytes) -> None:
    assert _reason(VERIFIER, f"Bearer {signed(head, payload)}") is not None
    assert _reason(VERIFIER, f"Bearer {signed(header(), payload)}") is not None


@MANY
@given(name=st.sampled_from(["sub", "sid", "iss", "azp", "exp", "iat", "aud", "sts", "act"]), value=ANYTHING)
def test_no_claim_may_be_anything(name: str, value: object) -> None:
    assume(name != "act" or not isinstance(value, dict))
    assert _reason(VERIFIER, f"Bearer {signed(header(), claims(NOW, **{name: value}))}") is not None


@MANY
@given(name=st.sampled_from(["v", "o", "fea", "nbf", "org_id", "org_role", "org_permissions"]), value=ANYTHING)
def test_no_other_claim_raises_anything_but_a_refusal(name: str, value: object) -> None:
    assert _reason(VERIFIER, f"Bearer {signed(header(), claims(NOW, **{name: value}))}") in {
        *(None, "claim", "not-yet-valid")
    }


@MANY
@given(name=st.sampled_from(["alg", "typ", "kid", "cat", "crit"]), value=ANYTHING)
def test_no_member_of_the_header_may_be_anything(name: str, value: object) -> None:
    assume(name != "kid" or not isinstance(value, str))
    assert _reason(VERIFIER, f"Bearer {signed(header(**{name: value}), claims(NOW))}") is not None


# The cache


class Clock:
    """A clock that stands until it is set."""

    now = float(NOW)

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def test_a_token_that_was_let_in_is_refused_once_it_has_expired() -> None:
    clock = Clock()
    verifier = Verifier(ENVIRONMENT, clock=clock)
    token = f"Bearer {signed(header(), claims(NOW))}"
    for clock.now, reason in ((NOW, None), (NOW + 64.9, None), (NOW + 65, "expired"), (NOW + 66, "expired")):
        assert _reason(verifier, token) == reason


def test_counts_refusals_by_reason_and_logs_no_token(caplog: pytest.LogCaptureFixture) -> None:
    verifier = _clerk()
    token = signed(header(), claims(NOW, azp="https://evil.example"))
    with caplog.at_level(logging.DEBUG):
        for _ in range(3):
            _reason(verifier, f"Bearer {token}")
        _reason(verifier)
    assert verifier.numbers == {"keys": 1, "refused_authorized-party": 3, "refused_missing": 1}
    ours = [record for record in caplog.records if record.name == "clerk"]
    assert [vars(record)["reason"] for record in ours] == ["authorized-party"] * 3 + ["missing"]
    assert not any(part in caplog.text for part in token.split("."))
