from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import httpx
import pytest

from scripts.local import functions
from tests.conftest import NO_LIMITS
from tests.support import database
from tests.support.stream import bearer, request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.local.functions import Serving

DEFAULTS = dict.fromkeys(NO_LIMITS, "")
AGE = "UPDATE debates.debates SET created_at = created_at - make_interval(secs => $2) WHERE user_id = $1"
END = "UPDATE debates.debates SET ended_at = now(), input_tokens = $2, output_tokens = $2 WHERE user_id = $1"


@pytest.fixture(scope="module")
def limited(idle: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Serving, Serving]]:
    """Start debates in two processes that have the default limits; where nothing is run, nothing ends."""
    place = tmp_path_factory.mktemp("limits")
    limits = idle | DEFAULTS | {"DEBATE_TOKENS_PER_DAY": "1000"}
    with (
        functions.serving(limits, place / "one", "debate-start") as one,
        functions.serving(limits, place / "two", "debate-start") as two,
    ):
        yield one, two


def _start(serving: Serving, user: str) -> httpx.Response:
    return _start_all((serving,), [user])[0][1]


def _start_all(servings: tuple[Serving, ...], users: list[str]) -> list[tuple[str, httpx.Response]]:
    """Let the users start at once, in all the processes in turn."""
    tokens = [bearer(user) for user in users]
    ready = Barrier(len(users))
    with httpx.Client(timeout=60, limits=httpx.Limits(max_connections=None)) as client:

        def start(place: int) -> httpx.Response:
            url = f"{servings[place % len(servings)].url}/debate-start"
            ready.wait()
            return client.post(url, json=request(), headers=tokens[place])

        with ThreadPoolExecutor(len(users)) as clients:
            return list(zip(users, clients.map(start, range(len(users))), strict=True))


def _refused(answer: httpx.Response, reason: str) -> int:
    """Check a refusal, and return after how many seconds the user may come again."""
    assert (answer.status_code, answer.headers["content-type"]) == (429, "application/problem+json")
    assert (answer.json()["type"], answer.json()["reason"]) == ("urn:problem:too-many-requests", reason)
    return int(answer.headers["retry-after"])


def test_simultaneous_starts_of_one_user_make_exactly_as_many_debates_as_may_live(
    limited: tuple[Serving, Serving], idle: dict[str, str], user: str
) -> None:
    answers = [answer for _, answer in _start_all(limited, [user] * 50)]
    assert Counter(answer.status_code for answer in answers) == {201: 3, 429: 47}
    assert all(_refused(answer, "live") >= 1 for answer in answers if answer.status_code == 429)
    assert len(database.run(idle, "SELECT FROM debates.debates WHERE user_id = $1", user)) == 3
    database.run(idle, "UPDATE debates.debates SET ended_at = now() WHERE user_id = $1", user)
    assert _start(limited[0], user).status_code == 201


def test_two_hundred_starts_of_ten_users_end_with_exactly_the_allowed_numbers(
    limited: tuple[Serving, Serving], idle: dict[str, str], user: str
) -> None:
    users = [f"{user}{number}" for number in range(10)]
    answers = _start_all(limited, [name for name in users for _ in range(20)])
    assert Counter(name for name, answer in answers if answer.status_code == 201) == dict.fromkeys(users, 3)
    assert Counter(answer.status_code for _, answer in answers) == {201: 30, 429: 170}
    counted = "SELECT count(*) FROM debates.debates WHERE user_id = ANY ($1)"
    assert database.run(idle, counted, users)[0][0] == 30


def test_a_minute_has_so_many_starts_also_across_processes(
    limited: tuple[Serving, Serving], idle: dict[str, str], user: str
) -> None:
    for _ in range(4):
        _start_all(limited, [user] * 3)
        database.run(idle, END, user, 0)
    assert database.run(idle, "SELECT count(*) FROM debates.debates WHERE user_id = $1", user)[0][0] == 10
    assert 1 <= _refused(_start(limited[1], user), "starts-per-minute") <= 60
    database.run(idle, AGE, user, 30)
    assert 1 <= _refused(_start(limited[1], user), "starts-per-minute") <= 30
    database.run(idle, AGE, user, 30)
    assert _start(limited[1], user).status_code == 201


def test_a_day_has_so_many_starts(limited: tuple[Serving, Serving], idle: dict[str, str], user: str) -> None:
    assert _start(limited[0], user).status_code == 201
    copies = """
        INSERT INTO debates.debates (id, issuer, user_id, request, model, ended_at, created_at)
        SELECT gen_random_uuid(), issuer, user_id, request, model, now(), now() - make_interval(hours => 23, mins => n)
        FROM debates.debates, generate_series(1, 48) AS n WHERE user_id = $1
    """
    database.run(idle, copies, user)
    assert _start(limited[0], user).status_code == 201
    # The oldest leaves the day in 12 minutes.
    assert 600 < _refused(_start(limited[0], user), "starts-per-day") <= 720
    database.run(idle, AGE, user, 720)
    assert _start(limited[0], user).status_code == 201


def test_a_day_has_so_many_tokens(limited: tuple[Serving, Serving], idle: dict[str, str], user: str) -> None:
    for seconds in (1_800, 3_600, 0):
        assert _start(limited[0], user).status_code == 201
        database.run(idle, END, user, 200)  # 400 tokens each
        database.run(idle, AGE, user, seconds)
    # 1,200 were used; the oldest, of which 400 make it less than 1,000 again, is 5,400 s old.
    assert 86_400 - 5_400 - 60 < _refused(_start(limited[0], user), "tokens-per-day") <= 86_400 - 5_400
    database.run(idle, AGE, user, 86_400 - 5_400)
    assert _start(limited[0], user).status_code == 201


def test_the_longest_of_several_waits_is_the_one_to_wait(
    limited: tuple[Serving, Serving], idle: dict[str, str], user: str
) -> None:
    _start_all(limited, [user] * 3)
    database.run(idle, "UPDATE debates.debates SET input_tokens = 9000 WHERE user_id = $1", user)
    assert _refused(_start(limited[0], user), "tokens-per-day") > 80_000


def test_a_start_that_is_refused_counts_for_nothing(limited: tuple[Serving, Serving], user: str) -> None:
    bad = [
        httpx.post(f"{limited[0].url}/debate-start", json=request(rounds=9), headers=bearer(user)) for _ in range(12)
    ]
    assert {answer.status_code for answer in bad} == {422}
    assert _start(limited[0], user).status_code == 201
