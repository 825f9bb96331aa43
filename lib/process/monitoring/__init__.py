"""Report errors to Sentry and spans to an OpenTelemetry collector, where configured."""
