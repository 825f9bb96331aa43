from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from lib import manifest
from lib.contract import problems
from lib.contract.problems import ProblemDetails
from scripts.local import clerk
from tests import fixtures
from tests.support.stream import bearer, request, start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scripts.local.functions import Serving

ORIGIN = {"Origin": clerk.PARTY}
JSON = {"Content-Type": "application/json"}
MARK = "marmalade"
"""Stands in what is sent, and so must not stand in what is answered."""

OURS = {"access", "asyncio", "clerk", "error", "uvicorn.error"}
"""The loggers of what happens to a request."""

EVERYWHERE = {problems.NotFound, problems.MethodNotAllowed}
OF_A_SESSION = {problems.SessionRequired}
OF_A_BODY = {problems.BodyTooLarge, problems.RequestTimeout, problems.UnsupportedMediaType}
FUNCTIONS = manifest.read()
NOBODY = "00000000-0000-4000-8000-000000000000"


def _declared(function: manifest.Function) -> set[type[problems.Problem]]:
    own = {getattr(problems, name) for name in function.problems}
    session = OF_A_SESSION if function.auth == "session" else set[type[problems.Problem]]()
    body = OF_A_BODY if function.request else set[type[problems.Problem]]()
    return own | EVERYWHERE | session | body


def _check(answer: httpx.Response, problem: type[problems.Problem]) -> ProblemDetails:
    """Check that the answer is this problem, in the form of the contract and readable by a page, and return it."""
    assert answer.status_code == problem.status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    details = TypeAdapter(ProblemDetails).validate_json(answer.content, extra="forbid")
    assert (details.type, details.title, details.status) == (problem.type(), problem.title(), problem.status)
    assert details.detail.endswith(".")
    assert details.request_id == answer.headers["x-request-id"]
    assert answer.headers["access-control-allow-origin"] == clerk.PARTY
    assert "x-request-id" in answer.headers["access-control-expose-headers"]
    assert MARK not in answer.text
    return details


def _declares(name: str, problem: type[problems.Problem]) -> bool:
    return problem in _declared(FUNCTIONS[name])


# Nobody, or nobody that Clerk knows

now = int(time.time())
NO_SESSIONS: dict[str, dict[str, str]] = {
    "no token": {},
    "an empty header": {"Authorization": ""},
    "a scheme alone": {"Authorization": "Bearer"},
    "another scheme": {"Authorization": f"Basic {MARK}"},
    "no form of a token": {"Authorization": f"Bearer {MARK}"},
    "three empty parts": {"Authorization": "Bearer .."},
    "two tokens": {"Authorization": f"{bearer()['Authorization']} {MARK}"},
    "a token too long": {"Authorization": f"Bearer {MARK * 3_000}"},
    "a token that has expired": bearer(exp=now - 3_600),
    "a token of tomorrow": bearer(nbf=now + 86_400),
    "a token for another application": bearer(azp=f"https://{MARK}.example.com"),
    "a token of another issuer": bearer(iss=f"https://{MARK}.example.com"),
}
PROTECTED = {
    name: (function.method or "", (function.path or "").replace("{debate_id}", NOBODY))
    for name, function in FUNCTIONS.items()
    if function.auth == "session"
}
BODIES = {"debate-steer": {"text": "What of gold?"}}
"""What a function of a debate wants beside its path."""


@pytest.mark.parametrize("name", PROTECTED)
@pytest.mark.parametrize("headers", NO_SESSIONS.values(), ids=NO_SESSIONS)
def test_nobody_passes_without_a_session(http: httpx.Client, name: str, headers: dict[str, str]) -> None:
    method, path = PROTECTED[name]
    answer = http.request(method, path, headers=ORIGIN | headers)
    details = _check(answer, problems.SessionRequired)
    assert details.reason
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert _declares(name, problems.SessionRequired)


# Places and methods that are not there

NOWHERE = (
    "/", "//", "/HEALTH", "/health/", "/health//", "/%68ealth/x", "/debate-stream", "/debate-stream/",
    f"/debate-stream/{NOBODY}/", "/debate-stream/a/b", "/../health/..", f"/{MARK}", f"/debate-stream%2f{NOBODY}",
    "/health%00", "/%ff%fe", "/debate-start;a=b", "/debate_start", "/functions/health", "/.env", "/openapi.yaml",
)  # fmt: skip


@pytest.mark.parametrize("path", NOWHERE)
def test_nothing_is_served_elsewhere(http: httpx.Client, path: str) -> None:
    _check(http.get(http.base_url.copy_with(raw_path=path.encode()), headers=ORIGIN | bearer()), problems.NotFound)


METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
PLACES = {"/health": "GET"} | {path: method for method, path in PROTECTED.values()}


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("method", [*METHODS, "other"])
def test_a_place_says_which_methods_it_has(http: httpx.Client, path: str, method: str) -> None:
    other = "POST" if PLACES[path] == "GET" else "GET"
    wrong = other if method in {"other", PLACES[path]} else method
    answer = http.request(wrong, path, headers=ORIGIN | bearer())
    _check(answer, problems.MethodNotAllowed)
    assert PLACES[path] in answer.headers["allow"]


# Debates that are not there, and cursors that are none

STRANGE = ("x", NOBODY.replace("0", "g"), NOBODY[:-1], f"{NOBODY}0", NOBODY.replace("-", "_"), "%00", "'--", "-1", MARK)


OF_A_DEBATE = [name for name, (_, path) in PROTECTED.items() if NOBODY in path]


@pytest.mark.parametrize("name", OF_A_DEBATE)
@pytest.mark.parametrize("debate_id", [NOBODY, *STRANGE])
def test_there_is_no_such_debate(http: httpx.Client, name: str, debate_id: str) -> None:
    method, path = PROTECTED[name]
    body = BODIES.get(name)
    answer = http.request(method, path.replace(NOBODY, debate_id), headers=ORIGIN | bearer(), json=body)
    _check(answer, problems.NotFound)
    assert _declares(name, problems.NotFound)


CURSORS = ("-1", "+1", "1.0", "1e3", "0x10", "one", "1 2", "1,2", "\u0661", "9" * 19, "9" * 200, MARK)


@pytest.fixture(scope="module")
def debate(serving: Serving) -> str:
    """Return the path of a debate that is there."""
    with httpx.Client(base_url=serving.url) as http:
        return start(http)["stream_url"]


@pytest.mark.parametrize("cursor", CURSORS)
def test_this_is_no_cursor(http: httpx.Client, debate: str, cursor: str) -> None:
    headers = httpx.Headers(ORIGIN | bearer() | {"Last-Event-ID": cursor}, encoding="utf-8")
    _check(http.get(debate, headers=headers), problems.MalformedRequest)
    _check(http.get(debate, headers=ORIGIN | bearer(), params={"after": cursor}), problems.MalformedRequest)
    assert _declares("debate-stream", problems.MalformedRequest)


QUERIES = [
    {"limit": "0"}, {"limit": "101"}, {"limit": "-1"}, {"limit": "ten"}, {"limit": "1.0"}, {"limit": ""},
    {"limit": "\u0661"}, {"limit": "9" * 5_000}, {"status": "paused"}, {"status": ""}, {"status": "QUEUED"},
    {"status": f"{MARK}"}, {"cursor": ""}, {"cursor": MARK}, {"cursor": "=" * 44}, {"cursor": "A" * 44},
    {"cursor": "A" * 43}, {"cursor": "A" * 40_000}, {"cursor": "\u00e9" * 44},
]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: str(query)[:40])
def test_this_is_no_page_of_a_list(http: httpx.Client, query: dict[str, str]) -> None:
    _check(http.get("/debate-list", params=query, headers=ORIGIN | bearer()), problems.MalformedRequest)
    assert _declares("debate-list", problems.MalformedRequest)


# Bodies that cannot be read, and bodies that say what they must not

GOOD = json.dumps(request()).encode()
UNREADABLE: dict[str, tuple[bytes, dict[str, str], type[problems.Problem]]] = {
    "nothing": (b"", {}, problems.MalformedRequest),
    "a brace": (b"{", {}, problems.MalformedRequest),
    "single quotes": (b"{'content': 1}", {}, problems.MalformedRequest),
    "a comma too many": (b'{"rounds": 1,}', {}, problems.MalformedRequest),
    "a comment": (b'{"rounds": 1} // ' + MARK.encode(), {}, problems.MalformedRequest),
    "two values": (b"{} {}", {}, problems.MalformedRequest),
    "NaN": (b'{"rounds": NaN}', {}, problems.MalformedRequest),
    "Infinity": (b'{"rounds": -Infinity}', {}, problems.MalformedRequest),
    "a key twice": (b'{"%s": 1, "%s": 2}' % (MARK.encode(), MARK.encode()), {}, problems.MalformedRequest),
    "a key twice, deep": (b'{"content": {"type": "text", "type": "text"}}', {}, problems.MalformedRequest),
    "deep lists": (b"[" * 33 + b"]" * 33, {}, problems.MalformedRequest),
    "very deep lists": (b"[" * 500_000, {}, problems.MalformedRequest),
    "deep objects": (b'{"a":' * 33 + b"1" + b"}" * 33, {}, problems.MalformedRequest),
    "many members": (json.dumps(dict.fromkeys(map(str, range(101)))).encode(), {}, problems.MalformedRequest),
    "an endless number": (b'{"rounds": ' + b"9" * 5_000 + b"}", {}, problems.MalformedRequest),
    "UTF-16": (json.dumps(request()).encode("utf-16"), {}, problems.MalformedRequest),
    "Latin-1": (b'{"question": "\xe9"}', {}, problems.MalformedRequest),
    "a byte-order mark": (b"\xef\xbb\xbf" + GOOD, {}, problems.MalformedRequest),
    "a control character": (b'{"question": "a\x01b"}', {}, problems.MalformedRequest),
    "overlong UTF-8": (b'{"question": "\xc0\xaf"}', {}, problems.MalformedRequest),
    "no content type": (GOOD, {"Content-Type": ""}, problems.UnsupportedMediaType),
    "a form": (b"rounds=1", {"Content-Type": "application/x-www-form-urlencoded"}, problems.UnsupportedMediaType),
    "plain text": (GOOD, {"Content-Type": "text/plain"}, problems.UnsupportedMediaType),
    "JSON in Latin-1": (GOOD, {"Content-Type": "application/json; charset=latin-1"}, problems.UnsupportedMediaType),
    "a patch": (GOOD, {"Content-Type": "application/json-patch+json"}, problems.UnsupportedMediaType),
    "gzip": (GOOD, {"Content-Encoding": "gzip"}, problems.UnsupportedMediaType),
    "an unknown encoding": (GOOD, {"Content-Encoding": MARK}, problems.UnsupportedMediaType),
    "too many bytes": (b'"' + b"x" * 1_048_576 + b'"', {}, problems.BodyTooLarge),
}


@pytest.mark.parametrize(("content", "headers", "problem"), UNREADABLE.values(), ids=UNREADABLE)
def test_this_body_cannot_be_read(
    http: httpx.Client, content: bytes, headers: dict[str, str], problem: type[problems.Problem]
) -> None:
    headers = ORIGIN | bearer() | JSON | headers
    _check(http.post("/debate-start", content=content, headers=headers), problem)
    assert _declares("debate-start", problem)


def test_a_body_without_a_length_is_bounded_as_well(http: httpx.Client) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'"'
        for _ in range(20):
            yield MARK.encode() * 8_000

    headers = ORIGIN | bearer() | JSON
    _check(http.post("/debate-start", content=chunks(), headers=headers), problems.BodyTooLarge)


SIGNAL = {"name": "Utilities/S&P 500", "state": "risk_off", "as_of": "2026-11-20T21:00:00Z"}


def _content(**fields: Any) -> dict[str, Any]:
    return request(content=request()["content"] | fields)


def _signal(**fields: Any) -> dict[str, Any]:
    return request(signals=[SIGNAL | fields])


INVALID = fixtures.requests(ok=False)


@pytest.mark.parametrize(("body", "pointers"), INVALID.values(), ids=INVALID)
def test_this_body_says_what_it_must_not(
    http: httpx.Client, user: str, body: object, pointers: tuple[str, ...]
) -> None:
    answer = http.post("/debate-start", content=json.dumps(body), headers=ORIGIN | bearer(user) | JSON)
    details = _check(answer, problems.InvalidRequest)
    assert sorted(fault.pointer for fault in details.errors) == sorted(pointers)
    assert _declares("debate-start", problems.InvalidRequest)


# What nobody thought of

SLOWLY = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
ANYTHING = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)


def _refused(answer: httpx.Response) -> ProblemDetails:
    return _check(answer, problems.MalformedRequest if answer.status_code == 400 else problems.InvalidRequest)


@SLOWLY
@given(content=st.binary(max_size=200))
def test_no_bytes_are_a_debate(http: httpx.Client, content: bytes) -> None:
    _refused(http.post("/debate-start", content=content, headers=ORIGIN | bearer() | JSON))


@SLOWLY
@given(position=st.integers(0, len(GOOD) - 1), byte=st.sampled_from(b'{}[]",:\\\x00\xff\x80'))
def test_a_body_with_one_structural_byte_wrong(http: httpx.Client, position: int, byte: int) -> None:
    broken = GOOD[:position] + bytes([byte]) + GOOD[position:]
    answer = http.post("/debate-start", content=broken + b"}", headers=ORIGIN | bearer() | JSON)
    _refused(answer)


@SLOWLY
@given(body=ANYTHING)
def test_no_other_value_is_a_debate(http: httpx.Client, body: object) -> None:
    _refused(http.post("/debate-start", content=json.dumps(body), headers=ORIGIN | bearer() | JSON))


PARTS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "/content": lambda value: request(content=value),
    "/content/type": lambda value: _content(type=value),
    "/signals/0": lambda value: request(signals=[value]),
    "/signals/0/state": lambda value: _signal(state=value),
    "/signals/0/name": lambda value: _signal(name=[value]),
    "/rounds": lambda value: request(rounds=[value]),
    "/question": lambda value: request(question=[value]),
}


@SLOWLY
@given(pointer=st.sampled_from(sorted(PARTS)), value=ANYTHING)
def test_no_part_of_a_body_may_be_anything(http: httpx.Client, pointer: str, value: object) -> None:
    content = json.dumps(PARTS[pointer](value))
    details = _refused(http.post("/debate-start", content=content, headers=ORIGIN | bearer() | JSON))
    assert details.status == 400 or any(fault.pointer.startswith(pointer) for fault in details.errors)


@SLOWLY
@given(segment=st.text(min_size=1, max_size=40))
def test_no_text_is_a_debate_of_mine(http: httpx.Client, segment: str) -> None:
    path = "/debate-stream/" + quote(segment.encode("utf-8", "surrogatepass"), safe="")
    _check(http.get(http.base_url.copy_with(raw_path=path.encode()), headers=ORIGIN | bearer()), problems.NotFound)


def test_none_of_it_was_an_error_of_ours(serving: Serving) -> None:
    log = serving.log.read_text("utf-8")
    records = [json.loads(line) for line in log.splitlines()]
    assert [record for record in records if record["logger"] in OURS and record["level"] in {"error", "critical"}] == []
    assert MARK not in log
