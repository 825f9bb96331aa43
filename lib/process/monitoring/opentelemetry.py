"""Send spans to a collector as OTLP over HTTP."""

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
"""How long sending spans to the collector may take."""

SERVICE = "debates"
TRACE_CONTEXT = TraceContextTextMapPropagator()


def configure(endpoint: str, version: str) -> tuple[Begin, Callable[[], None]]:
    """Return the function that begins a span, and the one that sends buffered spans.

    No global tracer provider is set: AutoGen would record prompts with it.
    """
    ours = Resource({"service.name": SERVICE, "service.version": version})
    provider = TracerProvider(resource=ours.merge(OTELResourceDetector().detect()), shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", timeout=SEND_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer(SERVICE)

    def begin(name: str, kind: Kind, parent: str | None) -> Span:
        return _RecordedSpan(tracer, name, kind, parent)

    return begin, provider.shutdown


class _RecordedSpan(Span):
    """A span that is sent when it ends; of an exception it has the type, never the message."""

    def __init__(self, tracer: Tracer, name: str, kind: Kind, parent: str | None) -> None:
        self._context = tracer.start_as_current_span(
            name,
            TRACE_CONTEXT.extract({"traceparent": parent}) if parent else None,
            SpanKind[kind.upper()],
            record_exception=False,
            set_status_on_exception=False,
        )

    def __enter__(self) -> Self:
        self._span = self._context.__enter__()
        carrier: dict[str, str] = {}
        TRACE_CONTEXT.inject(carrier)
        self.traceparent = carrier.get("traceparent")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.note(failed=issubclass(kind, Exception), error__type=kind.__qualname__)
        self._context.__exit__(None, None, None)

    def note(self, name: str | None = None, *, failed: bool = False, **attributes: str | int | None) -> None:
        if name is not None:
            self._span.update_name(name)
        if failed:
            self._span.set_status(StatusCode.ERROR)
        for key, value in attributes.items():
            if value is not None:
                self._span.set_attribute(key.replace("__", "."), value)
