"""Tell Sentry of errors, and a collector how long things take, where they are configured; neither hears any content."""

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
    """Something that takes a while. This one tells nobody."""

    traceparent: str | None = None
    """How others name this in a header, to go on with the same trace."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""

    def note(self, name: str | None = None, *, failed: bool = False, **attributes: str | int | None) -> None:
        """Say more, and give it another name; a `__` in an attribute's name stands for a dot."""


NOTHING = Span()


class _Monitoring:
    """What is told to whom in this process."""

    begin: Begin | None = None
    closes: tuple[Callable[[], None], ...] = ()


def configure(environ: Mapping[str, str], version: str) -> None:
    """Tell from now on whoever is configured; only then is imported what that takes. Raises Misconfigured."""
    dsn, endpoint = SENTRY_DSN.read(environ), OTEL_EXPORTER_OTLP_ENDPOINT.read(environ)
    closes: list[Callable[[], None]] = []
    if dsn:
        closes.append(import_module("lib.process.monitoring.sentry").report(dsn, version))
    if endpoint:
        _Monitoring.begin, close = import_module("lib.process.monitoring.opentelemetry").trace(endpoint, version)
        closes.append(close)
    _Monitoring.closes = tuple(closes)


def span(name: str, kind: Kind = "internal", parent: str | None = None) -> Span:
    """Return what lasts as long as its context: inside what lasts now, or what `parent`, a traceparent, names."""
    return _Monitoring.begin(name, kind, parent) if _Monitoring.begin else NOTHING


def close() -> None:
    """Send what has not been sent; this may take seconds."""
    for one in _Monitoring.closes:
        one()
