"""Write log lines to a file descriptor in a thread, so that a reader that has stopped holds up nothing but the log."""

from __future__ import annotations

import logging
import os
import select
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_WAITING_BYTES = 4_194_304
"""Lines that wait to be written; a record beyond them is dropped and counted."""

BATCH_BYTES = 65_536
"""Lines that are written at once, about."""

FLUSH_SECONDS = 1.0
"""How long the end of the process waits for the last lines to be read."""

RETRY_SECONDS = 1.0
"""How long a descriptor that does not block is waited for, before it is tried again."""


class LogWriter(logging.Handler):
    """Format records where they are logged, and write them in a daemon thread.

    Lines keep their order. Once lines can be written again after some were lost, a warning says how many.
    """

    def __init__(self, descriptor: int) -> None:
        """Write to `descriptor`, past sys.stdout, whose flush when the interpreter ends may never return."""
        super().__init__()
        self._descriptor = descriptor
        self._lines = deque[bytes]()
        # Each counter is changed by one thread at a time: the first two under the lock of logging.Handler.handle, the
        # others by the thread that writes.
        self._queued_bytes = self._lost = 0
        self._written_bytes = self._reported = 0
        self._wake = threading.Event()
        threading.Thread(target=self._run, name="log-writer", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        """Queue a record's line; a record that cannot be formatted goes to logging.Handler.handleError."""
        try:
            line = f"{self.format(record)}\n".encode("utf-8", "backslashreplace")
        except (
            TypeError,
            ValueError,
            AttributeError,
            LookupError,
            RecursionError,
        ):  # what formatting its arguments raises
            self.handleError(record)
            return
        if self._queued_bytes - self._written_bytes + len(line) > MOST_WAITING_BYTES:
            self._lost += 1
            return
        self._queued_bytes += len(line)
        self._lines.append(line)
        if not self._wake.is_set():
            self._wake.set()

    def flush(self) -> None:
        """Wait until all lines are written, FLUSH_SECONDS at most."""
        deadline = time.monotonic() + FLUSH_SECONDS
        while self._written_bytes < self._queued_bytes and time.monotonic() < deadline:
            time.sleep(0.002)

    def _run(self) -> None:
        while self._wake.wait():
            self._wake.clear()
            for batch, size in self._batches():
                self._write(batch)
                self._written_bytes += size

    def _batches(self) -> Iterator[tuple[bytes, int]]:
        """Yield lines together while any wait, and how many bytes of the queue they are."""
        while self._lines:
            batch: list[bytes] = []
            size = 0
            while self._lines and size < BATCH_BYTES:
                batch.append(self._lines.popleft())
                size += len(batch[-1])
            if lost := self._lost - self._reported:
                self._reported += lost
                batch.append(self._report(lost))
            yield b"".join(batch), size

    def _report(self, lost: int) -> bytes:
        record = logging.makeLogRecord({"name": "log", "levelno": logging.WARNING, "levelname": "WARNING"})
        record.msg, record.lost = "records lost: they could not be written", lost
        return f"{self.format(record)}\n".encode()

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:  # a descriptor that another process has made non-blocking
                select.select([], [self._descriptor], [], RETRY_SECONDS)
            except OSError:  # such as a disk that is full, or a pipe whose reader is gone
                self._reported -= bytes(rest).count(b"\n")  # so that the next report counts these lines, too
                return
