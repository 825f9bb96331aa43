"""Tell a collector how long things take, as OTLP over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from lib.process.monitoring.telemetry import Span

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from opentelemetry.trace import Tracer

    from lib.process.monitoring.telemetry import Begin, Kind

SEND_SECONDS = 2.0
SERVICE = "debates"
HEADERS = TraceContextTextMapPropagator()


def trace(endpoint: str, version: str) -> tuple[Begin, Callable[[], None]]:
    """Return what begins a span, and what sends the rest.

    No provider is set for the whole process: AutoGen would tell it what it is told.
    """
    ours = Resource({"service.name": SERVICE, "service.version": version})
    provider = TracerProvider(resource=ours.merge(OTELResourceDetector().detect()), shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", timeout=SEND_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer(SERVICE)

    def begin(name: str, kind: Kind, parent: str | None) -> Span:
        return _Told(tracer, name, kind, parent)

    return begin, provider.shutdown


class _Told(Span):
    """A span that the collector is told of when it ends, without the words of any exception."""

    def __init__(self, tracer: Tracer, name: str, kind: Kind, parent: str | None) -> None:
        self._context = tracer.start_as_current_span(
            name,
            HEADERS.extract({"traceparent": parent}) if parent else None,
            SpanKind[kind.upper()],
            record_exception=False,
            set_status_on_exception=False,
        )

    def __enter__(self) -> Self:
        self._span = self._context.__enter__()
        carrier: dict[str, str] = {}
        HEADERS.inject(carrier)
        self.traceparent = carrier.get("traceparent")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.note(failed=issubclass(kind, Exception), error__type=kind.__qualname__)
        self._context.__exit__(None, None, None)

    def note(self, name: str | None = None, *, failed: bool = False, **attributes: str | int | None) -> None:
        """Say more."""
        if name is not None:
            self._span.update_name(name)
        if failed:
            self._span.set_status(StatusCode.ERROR)
        for key, value in attributes.items():
            if value is not None:
                self._span.set_attribute(key.replace("__", "."), value)
