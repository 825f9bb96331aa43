"""Report errors to Sentry and spans to an OpenTelemetry collector, where configured.

Every room may import `telemetry`, which alone loads `sentry` and `opentelemetry`, and these alone import the vendors.
"""
