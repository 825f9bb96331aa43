"""Log into pipes that nothing reads, or that break."""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from typing import IO, TYPE_CHECKING, Any

import httpx
import pytest

from lib.process.log_writer import MOST_WAITING_BYTES, LogWriter
from scripts.local.functions import ROOT

if TYPE_CHECKING:
    from collections.abc import Generator

LINE = "x" * 1_000
PIPE_BYTES = 65_536


class AsJson(logging.Formatter):
    """Write the message and what was lost."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line of JSON."""
        return json.dumps([record.getMessage(), getattr(record, "lost", None)])


@pytest.fixture
def pipe() -> Generator[tuple[IO[bytes], int]]:
    read, write = os.pipe()
    with os.fdopen(read, "rb") as reader:
        yield reader, write


def _logger(descriptor: int) -> tuple[logging.Logger, LogWriter]:
    writer = LogWriter(descriptor)
    writer.setFormatter(AsJson())
    logger = logging.getLogger(f"test.{id(writer)}")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    logger.addHandler(writer)
    return logger, writer


def _read(reader: IO[bytes], count: int) -> list[Any]:
    """Read so many records, those that are reported lost among them."""
    records: list[Any] = []
    while sum(lost or 1 for _, lost in records) < count:
        records.append(json.loads(reader.readline()))
    return records


def test_lines_keep_their_order(pipe: tuple[IO[bytes], int]) -> None:
    reader, descriptor = pipe
    logger, writer = _logger(descriptor)
    for number in range(50):
        logger.info("%d", number)
    writer.flush()
    os.close(descriptor)
    assert [json.loads(line)[0] for line in reader] == [str(number) for number in range(50)]


def test_a_reader_that_stops_costs_lines_and_no_time(pipe: tuple[IO[bytes], int]) -> None:
    reader, descriptor = pipe
    logger, writer = _logger(descriptor)
    sent = 4 * MOST_WAITING_BYTES // len(LINE)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowest = 0.0
    for _ in range(sent):
        start = time.monotonic()
        logger.info(LINE)
        slowest = max(slowest, time.monotonic() - start)
    assert slowest < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 4 * MOST_WAITING_BYTES / 1024
    start = time.monotonic()
    writer.flush()
    assert 0.9 < time.monotonic() - start < 5
    threading.Timer(0.1, logger.info, ("last",)).start()
    records = _read(reader, sent)
    assert sum(lost is not None for _, lost in records) == 1
    assert sum(lost or 0 for _, lost in records) > sent // 2
    assert _read(reader, 1) == [["last", None]]


def test_what_a_broken_pipe_lost_is_reported_when_there_is_another(pipe: tuple[IO[bytes], int]) -> None:
    reader, descriptor = pipe
    broken = os.dup(descriptor)
    read, write = os.pipe()
    os.dup2(write, broken)
    os.close(read)  # and `broken` still writes to it
    os.close(write)
    logger, writer = _logger(broken)
    logger.info("first")
    writer.flush()
    os.dup2(descriptor, broken)
    logger.info("second")
    assert [lost for _, lost in _read(reader, 2)] == [None, 1]
    os.close(broken)


def test_a_descriptor_that_does_not_block_is_waited_for(pipe: tuple[IO[bytes], int]) -> None:
    reader, descriptor = pipe
    os.set_blocking(descriptor, False)
    logger, _ = _logger(descriptor)
    sent = 4 * PIPE_BYTES // len(LINE)
    for _ in range(sent):
        logger.info(LINE)
    assert _read(reader, sent) == [[LINE, None]] * sent


def test_a_record_that_cannot_be_formatted_fails_nothing(
    pipe: tuple[IO[bytes], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, descriptor = pipe
    monkeypatch.setattr(logging, "raiseExceptions", False)
    logger, _ = _logger(descriptor)
    logger.info("%d", "no number")
    logger.info("next")
    assert _read(reader, 1) == [["next", None]]


def test_a_process_whose_log_nobody_reads_answers_and_stops() -> None:
    command = [sys.executable, "-m", "functions", "health", "--host", "127.0.0.1", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout
            port = next(found["port"] for line in process.stdout if "port" in (found := json.loads(line)))
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as http:
                for _ in range(1_000):
                    assert http.get("/health").status_code == 200
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
        finally:
            process.kill()


def test_nothing_is_lost_when_a_process_ends() -> None:
    program = "import logging; from lib.process import logs; logs.configure({});"
    program += "[logging.info('%d', number) for number in range(5_000)]"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    assert [json.loads(line)["message"] for line in done.stdout.splitlines()] == [str(n) for n in range(5_000)]
