"""Tell Sentry what is logged as an error: where and of what type, but no value and no word that is not in our code."""

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

KEPT = {"event_id", "timestamp", "platform", "level", "release", "environment", "sdk", "tags", "message", "exception"}
FAULT = {"type", "module", "mechanism", "stacktrace"}
"""What is kept of an event, and of an exception in it. Its value may quote what somebody has said."""

TAGS = ("debate_id", "agent")


def report(dsn: str, version: str) -> Callable[[], None]:
    """Report from now on, and return what sends the rest."""
    sentry_sdk.init(
        dsn=dsn,
        release=version,
        before_send=_bare,
        default_integrations=False,
        auto_enabling_integrations=False,
        auto_session_tracking=False,
        send_client_reports=False,
        include_local_variables=False,
        max_request_body_size="never",
        send_default_pii=False,
        max_breadcrumbs=0,
    )
    logging.root.addHandler(_Reporter(logging.ERROR))
    return _close


class _Reporter(logging.Handler):
    """Reports errors with a traceback, and the words of those that are ours."""

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


def _bare(event: Any, _hint: object) -> Any:  # noqa: ANN401  # sentry_sdk's Event is not total
    faults = event.get("exception", {}).get("values", ())
    kept = {name: value for name, value in event.items() if name in KEPT}
    if faults:
        kept["exception"] = {
            "values": [{name: value for name, value in fault.items() if name in FAULT} for fault in faults]
        }
    return kept


def _close() -> None:
    sentry_sdk.get_client().close(timeout=CLOSE_SECONDS)
