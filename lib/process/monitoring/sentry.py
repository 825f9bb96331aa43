"""Send error records to Sentry: place and type, and no text but the literal messages of lib."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sentry_sdk

from lib.process.logs import request_id

if TYPE_CHECKING:
    from collections.abc import Callable

LIB = str(Path(__file__).parents[2])
CLOSE_SECONDS = 2.0
"""How long the end of the process waits for events on their way to Sentry."""

KEPT = {"event_id", "timestamp", "platform", "level", "release", "environment", "sdk", "tags", "message", "exception"}
KEPT_OF_EXCEPTION = {"type", "module", "mechanism", "stacktrace"}
"""What is kept of an event, and of each exception in it. An exception's value is dropped, as it may quote content."""

TAGS = ("debate_id", "agent")


def configure(dsn: str, version: str) -> Callable[[], None]:
    """Send every record of ERROR or above from now on, and return the function that sends buffered events."""
    sentry_sdk.init(
        dsn=dsn,
        release=version,
        before_send=_strip,
        default_integrations=False,
        auto_enabling_integrations=False,
        auto_session_tracking=False,
        send_client_reports=False,
        include_local_variables=False,
        max_request_body_size="never",
        send_default_pii=False,
        max_breadcrumbs=0,
    )
    logging.root.addHandler(_SentryHandler(logging.ERROR))
    return _close


class _SentryHandler(logging.Handler):
    """Sends exceptions of any logger, and messages without an exception only where lib logged them."""

    def emit(self, record: logging.LogRecord) -> None:
        failed = record.exc_info is not None and record.exc_info[1] is not None
        if record.name.startswith("sentry_sdk") or not (failed or record.pathname.startswith(LIB)):
            return
        with sentry_sdk.new_scope() as scope:
            scope.set_level("fatal" if record.levelno >= logging.CRITICAL else "error")
            scope.set_tag("logger", record.name)
            scope.set_tag("request_id", request_id.get())
            for name in TAGS:
                scope.set_tag(name, vars(record).get(name))
            if failed:
                scope.capture_exception(record.exc_info)
            else:
                scope.capture_message(str(record.msg))


def _strip(event: Any, _hint: object) -> Any:  # noqa: ANN401  # sentry_sdk's Event is not total
    exceptions = event.get("exception", {}).get("values", ())
    kept = {key: value for key, value in event.items() if key in KEPT}
    if exceptions:
        kept["exception"] = {
            "values": [{key: value for key, value in one.items() if key in KEPT_OF_EXCEPTION} for one in exceptions]
        }
    return kept


def _close() -> None:
    sentry_sdk.get_client().close(timeout=CLOSE_SECONDS)
