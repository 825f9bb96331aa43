"""Compare a debate with AutoGen's own sample and with a bare commit, and see how late words come when many debate."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

import asyncpg
import httpx

from scripts.local import article, clerk, client
from scripts.local.bench import cpu, model, peer, speaker, wire
from scripts.local.bench.audience import Audience, Heard
from scripts.local.bench.figure import Figure, Unmeasured, against, within
from scripts.local.bench.rounds import medians
from scripts.local.demo import ARTICLE

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

    from scripts.local.bench.ground import Ground, Server

AT_ONCE, CROWD, LIVE = 20, 300, 100
CHUNK_TARGET, FIRST_TARGET, P99_TARGET, LAG_TARGET = 0.2, 10, 100, 100
STARTS = 20
HOUR, PERCENT = 3_600, 100
PATIENCE_SECONDS, LOOK_SECONDS, PROBE_SECONDS = 240, 0.2, 0.01
EDGE = ("debate-start", "debate-stream", "debate-cancel")
NAMES = (*EDGE, "debate-run")
QUIET = ("--no-access-log",)
SAME = {
    "content": {"type": "text", "title": "Utilities lead", "text": peer.TASK},
    "rounds": peer.TURNS // peer.AGENTS,
}
"""The job of AutoGen's sample."""


def measure(ground: Ground) -> Iterator[Figure]:
    """Yield CPU, the way to the first event, and how late words and the loop are with many debates at once."""
    yield _chunks(ground)
    yield _first(ground)
    yield _lateness(ground)
    yield from _crowd(ground)


def _http(server: Server) -> httpx.Client:
    return httpx.Client(base_url=f"http://{wire.LOOPBACK}:{server.port}", timeout=PATIENCE_SECONDS)


def _chunks(ground: Ground) -> Figure:
    """Compare the CPU of all that a chunk of a turn goes through, from the same model to a viewer."""
    count, chunks = ground.count(AT_ONCE), peer.TURNS * speaker.WORDS
    product, sample = ["scripts.local.bench.speaker", *NAMES], ["uvicorn", "scripts.local.bench.peer:app", *QUIET]
    with (
        ground.launched(product, ground.environment) as ours,
        ground.launched(sample, ground.environment) as theirs,
    ):
        server, other = ours.started(), theirs.started()

        def each(server: Server, hold: Callable[[], list[str]]) -> float:
            before = cpu.seconds(server.pid)
            asyncio.run(_read(server, hold()))
            return (cpu.seconds(server.pid) - before) / (count * chunks) * 1e6

        taken = medians(
            {
                "ours": lambda: each(server, lambda: _start(server, count, SAME)),
                "theirs": lambda: each(other, lambda: ["/"] * count),
            },
            ground.rounds,
        )
    metric = f"debate: a chunk, {count} debates at once"
    return against(metric, "us CPU", taken["ours"], taken["theirs"], CHUNK_TARGET, "the floor is AutoGen's own sample")


def _start(server: Server, count: int, body: dict[str, Any] | None = None) -> list[str]:
    asked = body or article.request(ARTICLE, 2, None)
    with _http(server) as http:
        return [client.start(http, asked)["stream_url"] for _ in range(count)]


async def _read(server: Server, paths: list[str]) -> list[str]:
    """Read the streams to their ends, at once."""
    headers = {"Authorization": f"Bearer {clerk.token(seconds=HOUR)}"}
    url, limits = f"http://{wire.LOOPBACK}:{server.port}", httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS, headers=headers, limits=limits) as http:
        answers = await asyncio.gather(*map(http.get, paths))
    for answer in answers:
        if answer.is_error:
            raise Unmeasured(f"the server answered {answer.status_code}")
    return [answer.text for answer in answers]


def _first(ground: Ground) -> Figure:
    """Compare the way from the request to the first event on the stream with a commit of one row."""
    starts = ground.count(STARTS)
    with (
        ground.functions(*EDGE, environment=ground.environment) as server,
        contextlib.closing(wire.connect(server.port)) as connection,
    ):
        taken = medians(
            {
                "first": lambda: median(_first_event(server.port, connection) for _ in range(starts)),
                "commit": lambda: _commit(ground, starts),
            },
            ground.rounds,
        )
    metric = "debate: from the request to the first event"
    return against(metric, "ms", taken["first"], taken["commit"], FIRST_TARGET, "the floor is a commit of one row")


def _first_event(port: int, connection: socket.socket) -> float:
    """Return the milliseconds from a debate's request to its first event, on two connections that are open before."""
    token, body = clerk.token(), json.dumps(article.request(ARTICLE, 1, None)).encode()
    with contextlib.closing(wire.connect(port)) as viewer:
        begin = time.perf_counter()
        connection.sendall(wire.post("/debate-start", token, body))
        path = json.loads(wire.await_answer(connection))["stream_url"]
        viewer.sendall(wire.get(path, token))
        seen = wire.await_head(viewer)[1]
        while b"debate.queued" not in seen:
            seen += viewer.recv(wire.BUFFER_BYTES)
        taken = time.perf_counter() - begin
    connection.sendall(wire.post(path.replace("stream", "cancel"), token))
    wire.await_answer(connection)
    return taken * 1e3


def _commit(ground: Ground, commits: int) -> float:
    async def run() -> float:
        connection = await asyncpg.connect(ground.postgres.url)
        try:
            await connection.execute("CREATE TABLE IF NOT EXISTS public.bench (id bigserial PRIMARY KEY, text text)")
            taken: list[float] = []
            for _ in range(commits):
                begin = time.perf_counter()
                await connection.execute("INSERT INTO public.bench (text) VALUES ($1)", "Utilities lead.")
                taken.append(time.perf_counter() - begin)
            return median(taken) * 1e3
        finally:
            await connection.close()

    return asyncio.run(run())


def _lateness(ground: Ground) -> Figure:
    """See how old a word of a model is when a viewer reads it."""
    count = ground.count(LIVE)
    with ground.launched(["uvicorn", "scripts.local.bench.model:app", *QUIET], ground.environment) as launch:
        url = f"http://{wire.LOOPBACK}:{launch.started().port}/v1"
        speaker = {"DEBATE_MODEL": "bench", "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": url}
        with (
            ground.functions("debate-start", "debate-stream", environment=ground.environment | speaker) as edge,
            ground.functions("debate-run", environment=ground.environment | speaker),
        ):
            requests = [wire.get(path, clerk.token(seconds=HOUR), last=True) for path in _start(edge, count)]
            with Audience(edge.port, requests) as audience:
                ages = _ages(audience, count)
    p99 = quantiles(ages, n=PERCENT)[-1]
    note = f"median {median(ages):.0f} ms, from the model's server to the viewer's read"
    return within(f"debate: p99 of a word, {count} x {model.RATE}/s", "ms", p99, P99_TARGET, note)


def _ages(audience: Audience, count: int) -> list[float]:
    ages: list[float] = []
    for heard in _heard(audience, count):
        ages += heard.ages
        time.sleep(LOOK_SECONDS)
    return ages


def _heard(audience: Audience, count: int) -> Iterator[Heard]:
    """Yield what an audience hears, until so many streams have ended. Raises Unmeasured where that takes too long."""
    deadline, ended = time.monotonic() + PATIENCE_SECONDS, 0
    while ended < count:
        if time.monotonic() > deadline:
            raise Unmeasured(f"{count - ended} of {count} debates did not end")
        heard = audience.heard()
        ended += heard.ended
        yield heard


def _crowd(ground: Ground) -> Iterator[Figure]:
    """See a worker hold hundreds of debates, and how long its loop lets others wait."""
    count = ground.count(CROWD)
    with (
        ground.functions("debate-start", environment=ground.environment) as edge,
        ground.functions("debate-stream", environment=ground.environment) as viewer,
    ):
        requests = [wire.get(path, clerk.token(seconds=HOUR), last=True) for path in _start(edge, count)]
        with (
            Audience(viewer.port, requests) as audience,
            ground.functions("debate-run", environment=ground.environment) as worker,
        ):
            begin = time.perf_counter()
            lags = _lags(worker, audience, count)
            seconds = time.perf_counter() - begin
    p99 = quantiles(lags, n=PERCENT)[-1] * 1e3
    note = f"{count} debates in {seconds:.1f} s; longest {max(lags) * 1e3:.0f} ms"
    yield within(f"debate: p99 of the loop's lag, {count} at once", "ms", p99, LAG_TARGET, note)


def _lags(worker: Server, audience: Audience, count: int) -> list[float]:
    """Return how long the worker took for each of many answers that cost it nothing, while its debates went on."""
    lags, request = list[float](), wire.get("/nowhere")
    with contextlib.closing(wire.connect(worker.port)) as connection:
        for _ in _heard(audience, count):
            begin = time.perf_counter()
            connection.sendall(request)
            connection.recv(wire.BUFFER_BYTES)
            lags.append(time.perf_counter() - begin)
            time.sleep(PROBE_SECONDS)
    return lags
