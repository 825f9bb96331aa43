"""A server that takes the place of Sentry and of an OTLP collector, and keeps what it is sent."""

from __future__ import annotations

import contextlib
import gzip
import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.support.server_thread import address, serving_in_thread

if TYPE_CHECKING:
    from collections.abc import Generator

    from opentelemetry.proto.trace.v1.trace_pb2 import Span


@dataclass
class TelemetrySink:
    """What arrived: raw bodies, Sentry's events, OTLP spans and the service names of their resources."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list[bytes])
    events: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    spans: list[Span] = field(default_factory=list["Span"])
    services: set[str] = field(default_factory=set[str])

    @property
    def dsn(self) -> str:
        """The value for SENTRY_DSN."""
        return self.url.replace("://", "://key@") + "/1"

    def take(self, path: str, body: bytes) -> None:
        """Decode and keep the body of a request for this path."""
        self.bodies.append(body)
        if path == "/v1/traces":
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                self.services |= {one.value.string_value for one in resource.resource.attributes}
                self.spans += [span for scope in resource.scope_spans for span in scope.spans]
        elif path == "/api/1/envelope/":
            _, *rest = body.splitlines()
            items = zip(rest[::2], rest[1::2], strict=True)
            self.events += [json.loads(item) for head, item in items if json.loads(head)["type"] == "event"]

    def named(self, name: str) -> list[Span]:
        """Return the spans of this name."""
        return [span for span in self.spans if span.name == name]


def attributes(span: Span) -> dict[str, str | int]:
    """Return a span's attributes by name."""
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


@contextlib.contextmanager
def telemetry_sink() -> Generator[TelemetrySink]:
    """Serve a TelemetrySink on loopback until the context ends."""
    made = TelemetrySink()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Log nothing."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.take(self.path, gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with serving_in_thread(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        made.url = address(server)
        yield made
