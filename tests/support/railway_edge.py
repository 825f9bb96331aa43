"""A reverse proxy in front of functions that fails as Railway's edge can."""

from __future__ import annotations

import contextlib
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx

from tests.support.server_thread import address, serving_in_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


class Answer(NamedTuple):
    """What the proxy answers instead of the functions."""

    status: int
    body: bytes = b"Application failed to respond"
    content_type: str = "text/plain"


HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive"}


class RailwayEdge:
    """A proxy on loopback; `interfere` gets a request's method, path and headers, and may return an Answer."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.interfere: Callable[[str, str, Any], Answer | None] = lambda _method, _path, _headers: None
        self.url = ""

    def sleep(self, seconds: float) -> None:
        """Answer 502 for this long after the first request, as the edge of a sleeping service does."""
        self.interfere = self._asleep(seconds)

    def _asleep(self, seconds: float) -> Callable[[str, str, Any], Answer | None]:
        woken: list[float] = []

        def answer(_method: str, _path: str, _headers: Any) -> Answer | None:
            woken.append(time.monotonic())
            return Answer(502) if woken[-1] < woken[0] + seconds else None

        return answer


def _handler(edge: RailwayEdge, client: httpx.Client) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Log nothing."""

        def serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            own = edge.interfere(self.command, self.path, self.headers)
            self.close_connection = True
            if own is not None:
                self._head(own.status, {"Content-Type": own.content_type})
                self.wfile.write(own.body)
                return
            with (
                contextlib.suppress(httpx.ReadTimeout, OSError),
                client.stream(
                    self.command, edge.origin + self.path, headers=dict(self.headers), content=body, timeout=60
                ) as answer,
            ):
                self._head(answer.status_code, dict(answer.headers))
                for chunk in answer.iter_raw():
                    self.wfile.write(chunk)

        def _head(self, status: int, headers: dict[str, str]) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()

    for method in ("GET", "POST", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.serve)
    return Handler


@contextlib.contextmanager
def railway_edge(origin: str) -> Generator[RailwayEdge]:
    """Serve a RailwayEdge in front of the functions at this origin."""
    made = RailwayEdge(origin)
    with (
        httpx.Client() as client,
        serving_in_thread(ThreadingHTTPServer(("127.0.0.1", 0), _handler(made, client))) as server,
    ):
        server.daemon_threads = True
        made.url = address(server)
        yield made
