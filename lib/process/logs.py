"""Write each log record as one line of JSON."""

from __future__ import annotations

import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonEncoder, JsonFormatter

from lib.process.environment import Variable, one_of
from lib.process.log_writer import LogWriter

if TYPE_CHECKING:
    from collections.abc import Mapping

LOG_LEVEL = Variable(
    "LOG_LEVEL", "The least severe level that is logged", one_of("debug", "info", "warning", "error"), "info"
)

STANDARD_OUTPUT = 1

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request that is being handled, for each record to carry."""

LEVELS = {"DEBUG": "debug", "INFO": "info", "WARNING": "warn", "ERROR": "error", "CRITICAL": "error"}
"""The levels that Railway knows (https://docs.railway.com/guides/logs), by those of logging; any other is debug."""

PRIVATE = ("autogen_core", "autogen_core.events", "httpx", "httpcore", "openai", "databases")
"""Loggers whose debug and info records hold prompts, answers, addresses or queries."""


STANDARD = frozenset({*RESERVED_ATTRS, "color_message"})
"""The attributes of a LogRecord that are not `extra` fields; color_message is uvicorn's, for terminals."""

ENCODE = JsonEncoder().encode


class _Formatter(JsonFormatter):
    """JsonFormatter without its search for field names and its new encoder at each record, which are slow."""

    def add_fields(
        self, log_data: dict[str, object], record: logging.LogRecord, message_dict: dict[str, object]
    ) -> None:
        log_data["time"] = datetime.fromtimestamp(record.created, UTC).isoformat()
        log_data["level"] = LEVELS.get(record.levelname, "debug")
        log_data["logger"] = record.name
        log_data["message"] = record.message
        if (current := request_id.get()) is not None:
            log_data["request_id"] = current
        log_data.update({name: value for name, value in vars(record).items() if name not in STANDARD})
        log_data.update(message_dict)  # the traceback among them

    def jsonify_log_record(self, log_data: dict[str, object]) -> str:
        return ENCODE(log_data)


def configure(environ: Mapping[str, str]) -> None:
    """Send all records from LOG_LEVEL upwards to standard output, as JSON. Raises Misconfigured."""
    handler = LogWriter(STANDARD_OUTPUT)
    handler.setFormatter(_Formatter())
    logging.root.handlers = [handler]
    logging.root.setLevel(LOG_LEVEL.read(environ).upper())
    for name in PRIVATE:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = name != "uvicorn.access"  # the boundary writes its own line
    # The lines do not contain these (https://docs.python.org/3/howto/logging.html#optimization).
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.captureWarnings(capture=True)
