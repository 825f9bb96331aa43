"""Configure Sentry and OpenTelemetry from the environment, and open spans. Neither is sent any content."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Literal, Self

from lib.process.environment import ADDRESS, Variable, web_address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    Kind = Literal["server", "client", "producer", "consumer", "internal"]
    Begin = Callable[[str, Kind, str | None], "Span"]

DSN = re.compile(r"(https?://)\w+@(.+)/[0-9]+", re.ASCII)


def _dsn(text: str) -> str:
    found = DSN.fullmatch(text)
    if not found or not ADDRESS.fullmatch(found[1] + found[2]):
        raise ValueError("it must be like https://key@o1.ingest.sentry.io/2")
    return text


SENTRY_DSN = Variable(
    "SENTRY_DSN", "The project of Sentry that hears of errors, without any content; none where empty", _dsn, None
)
OTEL_EXPORTER_OTLP_ENDPOINT = Variable(
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "The collector that takes spans, over HTTP, of requests, turns and calls of the model; none where empty",
    web_address,
    None,
)


class Span:
    """A span (https://opentelemetry.io/docs/concepts/signals/traces); this class records nothing."""

    traceparent: str | None = None
    """The span's W3C trace context, with which another process continues the trace; None if not recorded."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def note(self, name: str | None = None, *, failed: bool = False, **attributes: str | int | None) -> None:
        """Rename the span, mark it as failed, set attributes: `__` in a name stands for a dot, None leaves it out."""


UNRECORDED = Span()


class _Configured:
    """What `configure` has set up in this process."""

    begin: Begin | None = None
    closes: tuple[Callable[[], None], ...] = ()


def configure(environ: Mapping[str, str], version: str) -> None:
    """Report to Sentry and OpenTelemetry from now on, if their variables are set. Raises Misconfigured.

    An SDK is imported only if it is configured: both are slow to import.
    """
    dsn, endpoint = SENTRY_DSN.read(environ), OTEL_EXPORTER_OTLP_ENDPOINT.read(environ)
    closes: list[Callable[[], None]] = []
    if dsn:
        closes.append(import_module("lib.process.monitoring.sentry").configure(dsn, version))
    if endpoint:
        _Configured.begin, close = import_module("lib.process.monitoring.opentelemetry").configure(endpoint, version)
        closes.append(close)
    _Configured.closes = tuple(closes)


def span(name: str, kind: Kind = "internal", parent: str | None = None) -> Span:
    """Return a context manager that records a span: a child of `parent` (a traceparent), else of the current span."""
    return _Configured.begin(name, kind, parent) if _Configured.begin else UNRECORDED


def close() -> None:
    """Send what is buffered. Blocks for seconds if a server does not answer."""
    for flush in _Configured.closes:
        flush()
