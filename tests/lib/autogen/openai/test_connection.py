"""What a response may take, and what becomes of its connection."""

from __future__ import annotations

import asyncio
import contextlib
import time

import pytest

from lib.autogen.openai import connection, event_reader
from tests.support.model_server import DONE, Answer, end, said, thoughts, words
from tests.support.scripted_server import HELLO, Gate, Outcome, ask, asking

TEXT = "Utilities lead."
HALF = words("Utilities ")


def failed(name: str) -> Outcome:
    return Outcome(finish="", failure=name)


def test_a_connection_serves_the_next_turn() -> None:
    async def run() -> None:
        async with asking(said(TEXT), said(TEXT), Answer([b"{}"], 400)) as (client, server):
            for _ in range(4):
                await ask(client)
            assert server.connections == 1

    asyncio.run(run())


def test_a_connection_is_given_up_before_a_server_does_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "KEEP_SECONDS", 0.01)

    async def run() -> None:
        async with asking() as (client, server):
            await ask(client)
            async with asyncio.timeout(5):
                await server.left.wait()
            assert (await ask(client)).text
            assert server.connections == 2

    asyncio.run(run())


def test_who_is_cancelled_hangs_up_at_once_and_leaks_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MOST_CONNECTIONS", 1)

    async def run() -> None:
        async with asking(*[Answer([*HALF, "stall"])] * 3) as (client, server):
            for _ in range(3):
                server.asked.clear()
                asked = asyncio.create_task(ask(client))
                await server.asked.wait()
                asked.cancel()
                began = time.monotonic()
                with contextlib.suppress(asyncio.CancelledError):
                    await asked
                await server.idle.wait()
                assert time.monotonic() - began < 1
            assert (await ask(client)).text

    asyncio.run(run())


def test_who_stops_listening_hangs_up() -> None:
    async def run() -> None:
        async with asking(Answer([*HALF, "stall"])) as (client, server):
            before = asyncio.all_tasks()
            async with contextlib.aclosing(client.create_stream(HELLO)) as pieces:
                assert await anext(pieces) == "Utilities "
            async with asyncio.timeout(1):
                await server.idle.wait()
            assert asyncio.all_tasks() <= before

    asyncio.run(run())


@pytest.mark.parametrize("flood", ["flood of words", "flood of bytes"])
def test_an_answer_has_an_end(flood: str) -> None:
    async def run() -> None:
        async with asking(Answer([flood])) as (client, server):
            assert await ask(client) == failed("model-answer-endless")
            await server.idle.wait()

    asyncio.run(run())


def test_a_line_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_reader, "LONGEST_LINE", 1_000)

    async def run() -> None:
        async with asking(Answer([b"data: " + b"x" * 2_000])) as (client, _):
            assert await ask(client) == failed("model-answer-endless")

    asyncio.run(run())


@pytest.mark.parametrize("first", [HALF, thoughts("Hm.")], ids=["speech", "thought"])
def test_a_server_that_falls_silent_in_the_middle_is_left(first: list[bytes]) -> None:
    async def run() -> None:
        async with asyncio.timeout(30), asking(Answer([*first, "stall"]), silence=0.1) as (client, server):
            assert await ask(client) == failed("model-timeout")
            await server.idle.wait()

    asyncio.run(run())


@pytest.mark.parametrize("before", ["", "head", "role"])
def test_a_first_word_may_take_its_time(before: str) -> None:
    async def run() -> None:
        first: dict[str, list[bytes]] = {"": [], "head": [b": waiting\n\n"], "role": words("")}
        gate = Gate()
        async with asking(Answer([*first[before], gate, *words(TEXT), *end()]), silence=0.05) as (client, _):
            asked = asyncio.create_task(ask(client))
            await gate.reached.wait()
            await asyncio.wait({asked}, timeout=0.2)
            gate.opened.set()
            assert (await asked).text == TEXT

    asyncio.run(run())


@pytest.mark.parametrize("life", [b": still here\n\n", thoughts("Hm.")[0]], ids=["comments", "thoughts"])
def test_comments_and_thoughts_are_life(life: bytes) -> None:
    async def run() -> None:
        beats = [piece for _ in range(10) for piece in (life, lambda: asyncio.sleep(0.05))]
        async with asking(Answer([*HALF, *beats, *words("lead."), *end()]), silence=0.2) as (client, _):
            assert (await ask(client)).text == TEXT

    asyncio.run(run())


def test_silence_does_not_count_while_a_viewer_is_waited_for() -> None:
    async def run() -> None:
        gate = Gate()
        answer = Answer([*HALF, gate, *words("lead."), *end()])
        async with (
            asking(answer, silence=0.05) as (client, _),
            contextlib.aclosing(client.create_stream(HELLO)) as pieces,
        ):
            await anext(pieces)
            await gate.reached.wait()
            await asyncio.wait({asyncio.create_task(asyncio.sleep(0.2))})
            gate.opened.set()
            assert await anext(pieces) == "lead."

    asyncio.run(run())


def test_an_answer_that_has_said_all_need_not_end() -> None:
    async def run() -> None:
        async with asking(Answer([*words(TEXT), *end(usage=None)[:-1], DONE, "stall"])) as (client, _):
            assert (await ask(client)).text == TEXT

    asyncio.run(run())
