"""Serve a model that makes its points one by one, each when the test lets it."""

from __future__ import annotations

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from tests.support.model_server import GOOD, TASK, end, judged, words
from tests.support.server_thread import address, listening

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from tests.support.model_server import Piece

POINTS = 6


class Speaker(ThreadingHTTPServer):
    """A model server; keeps the prompts that it was sent. Only the debaters' points wait to be allowed."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Stream)
        self.allowed = threading.Semaphore(0)
        self.prompts: list[str] = []

    @property
    def environment(self) -> dict[str, str]:
        """Return what makes a worker ask this model."""
        url = f"{address(self)}/v1"
        return {"DEBATE_MODEL": "speaker", "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": url, "DEBATE_TURN_SECONDS": "600"}

    def allow(self, points: int) -> None:
        """Let it make so many points more."""
        self.allowed.release(points)

    def allow_all(self) -> None:
        """Let it speak to the end."""
        self.allow(10_000)

    def pieces(self, prompt: str) -> Iterable[Piece]:
        """Yield what the answer is made of."""
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
        assert isinstance(self.server, Speaker)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = json.dumps(body["messages"]).replace('\\"', '"')
        self.server.prompts.append(prompt)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # a worker that was killed hears no more
            for piece in self.server.pieces(prompt):
                self.wfile.write(piece if isinstance(piece, bytes) else piece.encode())

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@contextlib.contextmanager
def speaking() -> Generator[Speaker]:
    """Serve the model as long as the context lasts."""
    with listening(Speaker()) as server:
        yield server
