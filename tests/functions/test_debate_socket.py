"""Follow debates over WebSockets."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from lib.clerk import claims
from scripts.local import clerk, functions
from scripts.local.websocket import PROTOCOL, auth
from tests.support.hanging_model import hanging_model
from tests.support.stream import bearer, first, request, start, whole

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from websockets.asyncio.client import ClientConnection

    from scripts.local.functions import Serving

NOBODY = "/debate-stream/00000000-0000-4000-8000-000000000000"


def _auth(user: str, **claims: Any) -> str:
    return auth(clerk.token(user, **claims))


@contextlib.asynccontextmanager
async def _socket(
    url: str, path: str, *, origin: Any = clerk.PARTY, protocols: Any = (PROTOCOL,), **options: Any
) -> AsyncGenerator[ClientConnection]:
    where = url.replace("http", "ws", 1) + path
    async with connect(where, origin=origin, subprotocols=protocols, proxy=None, **options) as socket:
        yield socket


async def _heard(socket: ClientConnection) -> tuple[list[str], int, str]:
    """Return the frames up to the end, and the code and reason of that."""
    frames: list[str] = []
    try:
        while True:
            frames.append(str(await socket.recv()))
    except ConnectionClosed:
        return frames, socket.close_code or 0, socket.close_reason or ""


def _follow(serving: Serving, path: str, *messages: Any, **options: Any) -> tuple[list[str], int, str]:
    """Say something over a socket, and return all that comes."""

    async def follow() -> tuple[list[str], int, str]:
        async with _socket(serving.url, path, **options) as socket:
            with contextlib.suppress(ConnectionClosed):
                for message in messages:
                    await socket.send(message)
            return await _heard(socket)

    return asyncio.run(follow())


def test_has_the_envelopes_of_the_event_stream_from_any_place_on(
    http: httpx.Client, serving: Serving, user: str
) -> None:
    path = start(http, user)["stream_url"]
    live, code, _ = _follow(serving, path, _auth(user))
    assert code == 1000
    stream = httpx.get(f"{serving.url}{path}", headers=bearer(user)).text
    assert live == [line.removeprefix("data: ") for line in stream.splitlines() if line.startswith("data: ")]
    half = len(live) // 2
    assert _follow(serving, f"{path}?after={half}", _auth(user)) == (live[half:], 1000, "")


BAD: dict[str, tuple[list[Any], dict[str, Any], int]] = {
    "a word that is no JSON": (["hello"], {}, 4400),
    "JSON that is no object": (["[]"], {}, 4401),
    "no token": (['{"type":"auth"}'], {}, 4401),
    "a token that is none": (['{"type":"auth","token":"x"}'], {}, 4401),
    "a token beyond ASCII": (['{"type":"auth","token":"\u00e9"}'], {}, 4401),
    "a token that has expired": ([_auth(clerk.USER, iat=1, exp=2)], {}, 4401),
    "cancel before auth": (['{"type":"cancel"}'], {}, 4401),
    "bytes": ([b"\x00\x01"], {}, 1003),
    "a megabyte": (["x" * 1_000_000], {}, 1009),
    "a token too long": ([json.dumps({"type": "auth", "token": "x" * 9_000})], {}, 1009),
    "another page": ([], {"origin": "https://evil.example"}, 4403),
    "no origin, as of a client that is no browser": (["hello"], {"origin": None}, 4400),
    "another page that offers another subprotocol": (
        [],
        {"origin": "https://evil.example", "protocols": ["chat"]},
        4403,
    ),
    "no subprotocol": ([], {"protocols": None}, 4400),
    "another subprotocol": ([], {"protocols": ["chat"]}, 4400),
}


@pytest.mark.parametrize("name", BAD)
def test_closes_with_the_code_declared_for_it(serving: Serving, name: str) -> None:
    messages, options, code = BAD[name]
    assert _follow(serving, NOBODY, *messages, **options)[:2] == ([], code)


def test_a_debate_of_somebody_else_is_not_there(http: httpx.Client, serving: Serving, user: str) -> None:
    path = start(http, user)["stream_url"]
    for where, who in ((NOBODY, user), (path, f"{user}0"), ("/debate-stream/x", user)):
        assert _follow(serving, where, _auth(who))[:2] == ([], 4404)
    assert _follow(serving, f"{path}?after=x", _auth(user))[:2] == ([], 4400)


def test_says_why_a_session_is_refused(serving: Serving) -> None:
    assert _follow(serving, NOBODY, _auth(clerk.USER, iat=1, exp=2)) == ([], 4401, "expired")


def test_who_says_nothing_is_let_go(serving: Serving) -> None:
    assert _follow(serving, NOBODY) == ([], 4401, "missing")


@pytest.mark.parametrize(
    ("message", "code"),
    [(_auth("user_x"), 4401), ('{"type":"steer"}', 4400), ("{", 4400), (b"x", 1003), ("x" * 9_000, 1009)],
)
def test_only_cancel_and_auth_are_understood_while_it_streams(
    own_database: dict[str, str], log: Path, user: str, message: Any, code: int
) -> None:
    with (
        functions.serving(own_database, log, "debate-start", "debate-stream") as serving,
        httpx.Client(base_url=serving.url) as http,
    ):
        path = start(http, user)["stream_url"]
        frames, closed, _ = _follow(serving, path, _auth(user), message)
        assert (len(frames), closed) in {(0, code), (1, code)}


def test_a_client_may_cancel_and_hears_of_it(own_database: dict[str, str], log: Path, user: str) -> None:
    with (
        hanging_model() as model,
        functions.serving(own_database | model.environment, log) as serving,
        httpx.Client(base_url=serving.url) as http,
    ):
        path = start(http, user)["stream_url"]
        first(http, path, user, "turn.delta")
        frames, code, _ = _follow(serving, path, _auth(user), '{"type":"cancel"}')
        assert (json.loads(frames[-1])["type"], code) == ("debate.cancelled", 1000)


CANCEL = '{"type":"cancel"}'


async def _cancel_late(url: str, path: str, user: str, renewed_by: str) -> tuple[list[str], int, str]:
    """Cancel once the token has expired, send that of `renewed_by` when asked to, and cancel again."""
    async with _socket(url, path) as socket:
        now = int(time.time())
        await socket.send(_auth(user, iat=now - 60, exp=now))
        frames = [str(await socket.recv())]
        await asyncio.sleep(now + claims.SKEW_SECONDS + 0.5 - time.time())
        await socket.send(CANCEL)
        while "auth.required" not in frames[-1]:
            frames.append(str(await socket.recv()))
        await socket.send(_auth(renewed_by))
        await socket.send(CANCEL)
        rest, code, reason = await _heard(socket)
        return [*frames, *rest], code, reason


@pytest.mark.parametrize("renewed_by", ["the same user", "another"])
def test_cancel_after_the_token_has_expired_needs_a_new_one(
    own_database: dict[str, str], log: Path, user: str, renewed_by: str
) -> None:
    with (
        hanging_model() as model,
        functions.serving(own_database | model.environment, log) as serving,
        httpx.Client(base_url=serving.url) as http,
    ):
        path = start(http, user)["stream_url"]
        first(http, path, user, "turn.delta")
        same = renewed_by == "the same user"
        frames, *close = asyncio.run(_cancel_late(serving.url, path, user, user if same else f"{user}0"))
    types = [json.loads(frame)["type"] for frame in frames]
    assert json.loads(frames[types.index("auth.required")]) == {"type": "auth.required", "reason": "expired"}
    assert ("debate.cancelled" in types) == same
    assert close == ([1000, ""] if same else [4401, "another-user"])


def test_a_flood_of_cancels_ends(own_database: dict[str, str], log: Path, user: str) -> None:
    with (
        functions.serving(own_database, log, "debate-start", "debate-stream") as serving,
        httpx.Client(base_url=serving.url) as http,
    ):
        path = start(http, user)["stream_url"]
        _, code, _ = _follow(serving, path, _auth(user), *['{"type":"cancel"}'] * 200)
        assert code in {1000, 1008}


def test_a_server_that_stops_says_come_again(own_database: dict[str, str], log: Path, user: str) -> None:
    with (
        functions.serving(own_database, log, "debate-start", "debate-stream") as serving,
        httpx.Client(base_url=serving.url) as http,
    ):
        path = start(http, user)["stream_url"]

        async def follow() -> int:
            async with _socket(serving.url, path) as socket:
                await socket.send(_auth(user))
                await socket.recv()
                os.kill(serving.pid, signal.SIGTERM)
                return (await _heard(socket))[1]

        assert asyncio.run(follow()) == 1012
        assert serving.child.wait(30) == 0
        lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    (line,) = [line for line in lines if line.get("method") == "WEBSOCKET"]
    assert (line["route"], line["status"], line["user_id"]) == ("/debate-stream/{debate_id}", 1012, user)
    assert not [line for line in lines if line["level"] in {"error", "critical"}]


def test_compression_is_not_taken(http: httpx.Client, serving: Serving, user: str) -> None:
    path = start(http, user, request(rounds=5))["stream_url"]

    async def extensions() -> list[Any]:
        async with _socket(serving.url, path, compression="deflate") as socket:
            return list(socket.protocol.extensions)

    assert asyncio.run(extensions()) == []


def test_sockets_and_streams_of_one_debate_see_the_same(http: httpx.Client, serving: Serving, user: str) -> None:
    path = start(http, user)["stream_url"]

    async def follow() -> list[list[str]]:
        async def one() -> list[str]:
            async with _socket(serving.url, path) as socket:
                await socket.send(_auth(user))
                return (await _heard(socket))[0]

        return await asyncio.gather(*(one() for _ in range(10)))

    frames = asyncio.run(follow())
    assert all(one == frames[0] for one in frames)
    assert [json.loads(frame) for frame in frames[0]] == whole(http, path, user)
