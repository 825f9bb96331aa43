from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from scripts.local import functions
from tests.support import database
from tests.support.stream import bearer, request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.local.functions import Serving


@pytest.fixture(scope="module")
def starting(idle: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Serving, Serving]]:
    """Start debates in two processes that let a user have three live."""
    place = tmp_path_factory.mktemp("idempotency")
    limits = idle | {"DEBATE_MAX_LIVE": "3"}
    with (
        functions.serving(limits, place / "one", "debate-start") as one,
        functions.serving(limits, place / "two", "debate-start") as two,
    ):
        yield one, two


def _start(serving: Serving, user: str, key: str, body: dict[str, Any] | None = None) -> httpx.Response:
    headers = bearer(user) | {"Idempotency-Key": key}
    return httpx.post(f"{serving.url}/debate-start", json=body or request(), headers=headers, timeout=60)


def test_the_same_request_again_answers_with_the_first_debate(starting: tuple[Serving, Serving], user: str) -> None:
    first = _start(starting[0], user, "key-1")
    # The same once it is validated: its defaults written out, its members in another order.
    written_out: dict[str, Any] = {"rounds": 1, "force": False, "signals": [], "content": request()["content"]}
    for body in (request(), written_out):
        again = _start(starting[1], user, "key-1", body)
        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json() == first.json()
        assert again.headers["location"] == first.headers["location"]


def test_another_body_with_the_same_key_is_refused(starting: tuple[Serving, Serving], user: str) -> None:
    _start(starting[0], user, "key-1")
    other = _start(starting[0], user, "key-1", request(rounds=3))
    assert (other.status_code, other.json()["type"]) == (422, "urn:problem:idempotency-key-reused")


def test_a_key_belongs_to_its_user_for_a_day(
    starting: tuple[Serving, Serving], idle: dict[str, str], user: str
) -> None:
    first = _start(starting[0], user, "key-1").json()["id"]
    assert _start(starting[0], f"{user}other", "key-1").status_code == 201
    age = "UPDATE debates.debates SET created_at = created_at - make_interval(secs => $2) WHERE user_id = $1"
    database.run(idle, age, user, 86_400 - 60)
    assert _start(starting[0], user, "key-1").json()["id"] == first
    database.run(idle, age, user, 60)
    second = _start(starting[0], user, "key-1", request(rounds=3))
    assert second.status_code == 201
    assert _start(starting[0], user, "key-1", request(rounds=3)).json()["id"] == second.json()["id"] != first


def test_is_looked_at_before_the_limits(starting: tuple[Serving, Serving], user: str) -> None:
    for key in ("key-1", "key-2", "key-3"):
        assert _start(starting[0], user, key).status_code == 201
    assert _start(starting[0], user, "key-4").status_code == 429
    assert _start(starting[0], user, "key-2").status_code == 200
    assert _start(starting[0], user, "key-2", request(rounds=3)).status_code == 422


def test_a_race_on_one_key_makes_one_debate(starting: tuple[Serving, Serving], idle: dict[str, str], user: str) -> None:
    with ThreadPoolExecutor(50) as clients:
        sent = [clients.submit(_start, starting[place % 2], user, "key-1") for place in range(50)]
        answers = [each.result() for each in sent]
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 49}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert database.run(idle, "SELECT count(*) FROM debates.debates WHERE user_id = $1", user)[0][0] == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "with space", "tab\t.", "umlaut-\u00fc"])
def test_refuses_a_key_of_another_form(starting: tuple[Serving, Serving], user: str, key: str) -> None:
    headers = httpx.Headers([*bearer(user).items(), ("Idempotency-Key", key)], encoding="latin-1")
    answer = httpx.post(f"{starting[0].url}/debate-start", json=request(), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:problem:malformed-request")
    assert "Idempotency-Key" in answer.json()["detail"]


def test_refuses_two_keys(starting: tuple[Serving, Serving], user: str) -> None:
    headers = [*bearer(user).items(), ("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    answer = httpx.post(f"{starting[0].url}/debate-start", json=request(), headers=headers)
    assert answer.status_code == 400


def test_takes_the_longest_key_and_any_visible_character(starting: tuple[Serving, Serving], user: str) -> None:
    for key in ("x" * 255, "".join(chr(code) for code in range(0x21, 0x7F))):
        assert [_start(starting[0], user, key).status_code for _ in range(2)] == [201, 200]
