"""Compare a debate with AutoGen's own sample and with a bare commit, and measure delays with many debates at once."""

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
from scripts.local.bench import autogen_sample, cpu, instant_model, paced_model, raw_http
from scripts.local.bench.figure import Figure, Unmeasured, against, within
from scripts.local.bench.rounds import medians
from scripts.local.bench.viewers import Received, Viewers
from scripts.local.demo import ARTICLE

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

    from scripts.local.bench.bench import Bench
    from scripts.local.bench.launch import Server

AT_ONCE, CROWD, LIVE = 20, 300, 100
CHUNK_TARGET, FIRST_TARGET, P99_TARGET, LAG_TARGET = 0.2, 10, 100, 100
STARTS = 20
HOUR, PERCENT = 3_600, 100
PATIENCE_SECONDS, POLL_SECONDS, PROBE_SECONDS = 240, 0.2, 0.01
EDGE = ("debate-start", "debate-stream", "debate-cancel")
NAMES = (*EDGE, "debate-run")
QUIET = ("--no-access-log",)
SAME = {
    "content": {"type": "text", "title": "Utilities lead", "text": autogen_sample.TASK},
    "rounds": autogen_sample.TURNS // autogen_sample.AGENTS,
}
"""A request for the same work as AutoGen's sample does."""


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield the CPU of a chunk, the time to the first event, the age of words and the lag of a worker's loop."""
    yield _chunks(bench)
    yield _first(bench)
    yield _lateness(bench)
    yield from _crowd(bench)


def _http(server: Server) -> httpx.Client:
    return httpx.Client(base_url=f"http://{raw_http.LOOPBACK}:{server.port}", timeout=PATIENCE_SECONDS)


def _chunks(bench: Bench) -> Figure:
    """Compare the CPU of a chunk, from the same model to a viewer."""
    count, chunks = bench.count(AT_ONCE), autogen_sample.TURNS * instant_model.WORDS
    product, sample = (
        ["scripts.local.bench.instant_model", *NAMES],
        ["uvicorn", "scripts.local.bench.autogen_sample:app", *QUIET],
    )
    with (
        bench.launched(product, bench.environment) as ours,
        bench.launched(sample, bench.environment) as theirs,
    ):
        server, other = ours.started(), theirs.started()

        def each(server: Server, start: Callable[[], list[str]]) -> float:
            before = cpu.seconds(server.pid)
            asyncio.run(_read(server, start()))
            return (cpu.seconds(server.pid) - before) / (count * chunks) * 1e6

        taken = medians(
            {
                "ours": lambda: each(server, lambda: _start(server, count, SAME)),
                "theirs": lambda: each(other, lambda: ["/"] * count),
            },
            bench.rounds,
        )
    metric = f"debate: a chunk, {count} debates at once"
    return against(metric, "us CPU", taken["ours"], taken["theirs"], CHUNK_TARGET, "the floor is AutoGen's own sample")


def _start(server: Server, count: int, body: dict[str, Any] | None = None) -> list[str]:
    asked = body or article.request(ARTICLE, 2, None)
    with _http(server) as http:
        return [client.start(http, asked)["stream_url"] for _ in range(count)]


async def _read(server: Server, paths: list[str]) -> list[str]:
    """Read all streams at once to their ends; return their bodies."""
    headers = {"Authorization": f"Bearer {clerk.token(seconds=HOUR)}"}
    url, limits = f"http://{raw_http.LOOPBACK}:{server.port}", httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS, headers=headers, limits=limits) as http:
        answers = await asyncio.gather(*map(http.get, paths))
    for answer in answers:
        if answer.is_error:
            raise Unmeasured(f"the server answered {answer.status_code}")
    return [answer.text for answer in answers]


def _first(bench: Bench) -> Figure:
    """Compare the time from the request to the first event with a commit of one row."""
    starts = bench.count(STARTS)
    with (
        bench.functions(*EDGE, environment=bench.environment) as server,
        contextlib.closing(raw_http.connect(server.port)) as connection,
    ):
        taken = medians(
            {
                "first": lambda: median(_first_event(server.port, connection) for _ in range(starts)),
                "commit": lambda: _commit(bench, starts),
            },
            bench.rounds,
        )
    metric = "debate: from the request to the first event"
    return against(metric, "ms", taken["first"], taken["commit"], FIRST_TARGET, "the floor is a commit of one row")


def _first_event(port: int, connection: socket.socket) -> float:
    """Return the milliseconds from a debate's request to its first event, on two connections opened before."""
    token, body = clerk.token(), json.dumps(article.request(ARTICLE, 1, None)).encode()
    with contextlib.closing(raw_http.connect(port)) as viewer:
        begin = time.perf_counter()
        connection.sendall(raw_http.post("/debate-start", token, body))
        path = json.loads(raw_http.await_answer(connection))["stream_url"]
        viewer.sendall(raw_http.get(path, token))
        seen = raw_http.await_head(viewer)[1]
        while b"debate.queued" not in seen:
            seen += viewer.recv(raw_http.BUFFER_BYTES)
        taken = time.perf_counter() - begin
    connection.sendall(raw_http.post(path.replace("stream", "cancel"), token))
    raw_http.await_answer(connection)
    return taken * 1e3


def _commit(bench: Bench, commits: int) -> float:
    async def run() -> float:
        connection = await asyncpg.connect(bench.postgres.url)
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


def _lateness(bench: Bench) -> Figure:
    """Measure the age of a model's word when a viewer reads it."""
    count = bench.count(LIVE)
    with bench.launched(["uvicorn", "scripts.local.bench.paced_model:app", *QUIET], bench.environment) as launch:
        url = f"http://{raw_http.LOOPBACK}:{launch.started().port}/v1"
        model = {"DEBATE_MODEL": "bench", "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": url}
        with (
            bench.functions("debate-start", "debate-stream", environment=bench.environment | model) as edge,
            bench.functions("debate-run", environment=bench.environment | model),
        ):
            requests = [raw_http.get(path, clerk.token(seconds=HOUR), last=True) for path in _start(edge, count)]
            with Viewers(edge.port, requests) as viewers:
                ages = _ages(viewers, count)
    p99 = quantiles(ages, n=PERCENT)[-1]
    note = f"median {median(ages):.0f} ms, from the model's server to the viewer's read"
    return within(f"debate: p99 of a word, {count} x {paced_model.RATE}/s", "ms", p99, P99_TARGET, note)


def _ages(viewers: Viewers, count: int) -> list[float]:
    ages: list[float] = []
    for received in _received(viewers, count):
        ages += received.ages
        time.sleep(POLL_SECONDS)
    return ages


def _received(viewers: Viewers, count: int) -> Iterator[Received]:
    """Yield what viewers receive until `count` streams have ended. Raises Unmeasured after PATIENCE_SECONDS."""
    deadline, ended = time.monotonic() + PATIENCE_SECONDS, 0
    while ended < count:
        if time.monotonic() > deadline:
            raise Unmeasured(f"{count - ended} of {count} debates did not end")
        received = viewers.received()
        ended += received.ended
        yield received


def _crowd(bench: Bench) -> Iterator[Figure]:
    """Measure the lag of a worker's loop while it runs hundreds of debates."""
    count = bench.count(CROWD)
    with (
        bench.functions("debate-start", environment=bench.environment) as edge,
        bench.functions("debate-stream", environment=bench.environment) as viewer,
    ):
        requests = [raw_http.get(path, clerk.token(seconds=HOUR), last=True) for path in _start(edge, count)]
        with (
            Viewers(viewer.port, requests) as viewers,
            bench.functions("debate-run", environment=bench.environment) as worker,
        ):
            begin = time.perf_counter()
            lags = _lags(worker, viewers, count)
            seconds = time.perf_counter() - begin
    p99 = quantiles(lags, n=PERCENT)[-1] * 1e3
    note = f"{count} debates in {seconds:.1f} s; longest {max(lags) * 1e3:.0f} ms"
    yield within(f"debate: p99 of the loop's lag, {count} at once", "ms", p99, LAG_TARGET, note)


def _lags(worker: Server, viewers: Viewers, count: int) -> list[float]:
    """Return the seconds of many requests to the worker that need no work, while it runs debates."""
    lags, request = list[float](), raw_http.get("/nowhere")
    with contextlib.closing(raw_http.connect(worker.port)) as connection:
        for _ in _received(viewers, count):
            begin = time.perf_counter()
            connection.sendall(request)
            connection.recv(raw_http.BUFFER_BYTES)
            lags.append(time.perf_counter() - begin)
            time.sleep(PROBE_SECONDS)
    return lags
