"""A model server that sends one chunk and then nothing, and counts the streams that its client closes."""

from __future__ import annotations

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from tests.support.server_thread import address, serving_in_thread

if TYPE_CHECKING:
    from collections.abc import Generator

CHUNK = {
    "id": "chatcmpl-1",
    "object": "chat.completion.chunk",
    "created": 0,
    "model": "some-model",
    "choices": [{"index": 0, "delta": {"role": "assistant", "content": "Utilities "}, "finish_reason": None}],
}


class HangingModel(ThreadingHTTPServer):
    """An OpenAI-compatible server; `opened` and `closed` are released once for each stream."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Stream)
        self.opened = threading.Semaphore(0)
        self.closed = threading.Semaphore(0)

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that make a worker use this server."""
        url = f"{address(self)}/v1"
        patience = {"DEBATE_TURN_SECONDS": "600"}
        return {"DEBATE_MODEL": "some-model", "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": url} | patience


class _Stream(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, HangingModel)
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(f"data: {json.dumps(CHUNK)}\n\n".encode())
        self.server.opened.release()
        if self.connection.recv(1) == b"":
            self.server.closed.release()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing."""


@contextlib.contextmanager
def hanging_model() -> Generator[HangingModel]:
    """Serve a HangingModel until the context ends."""
    with serving_in_thread(HangingModel()) as server:
        yield server
