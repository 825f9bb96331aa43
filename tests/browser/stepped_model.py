"""A model server whose debaters say one sentence for each permit that the test gives."""

from __future__ import annotations

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from tests.support.model_server import GOOD, TASK, end, judged, words
from tests.support.server_thread import address, serving_in_thread

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from tests.support.model_server import Piece

POINTS = 6


class SteppedModel(ThreadingHTTPServer):
    """An OpenAI-compatible server; `prompts` holds what it was sent. Only the debaters' sentences wait for permits."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Stream)
        self.allowed = threading.Semaphore(0)
        self.prompts: list[str] = []

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that make a worker use this server."""
        url = f"{address(self)}/v1"
        return {"DEBATE_MODEL": "stepped", "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": url, "DEBATE_TURN_SECONDS": "600"}

    def allow(self, points: int) -> None:
        """Permit this many more sentences."""
        self.allowed.release(points)

    def allow_all(self) -> None:
        """Permit all sentences to come."""
        self.allow(10_000)

    def pieces(self, prompt: str) -> Iterable[Piece]:
        """Yield the parts of the answer to a prompt."""
        task = TASK.search(prompt)
        if task is None:
            return GOOD.pieces
        return judged().pieces if '"purpose":"verdict"' in task[0] else self._points(task[1])

    def _points(self, turn: str) -> Iterable[Piece]:
        for number in range(1, POINTS + 1):
            self.allowed.acquire()
            yield from words(f"Point {number} of turn {turn}: utilities lead by {number} %. ")
        yield from end()


class _Stream(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, SteppedModel)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = json.dumps(body["messages"]).replace('\\"', '"')
        self.server.prompts.append(prompt)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # the test killed the worker
            for piece in self.server.pieces(prompt):
                assert isinstance(piece, bytes)
                self.wfile.write(piece)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing."""


@contextlib.contextmanager
def stepped_model() -> Generator[SteppedModel]:
    """Serve a SteppedModel until the context ends."""
    with serving_in_thread(SteppedModel()) as server:
        yield server
