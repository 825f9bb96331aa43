"""Write one JSON line per record."""

from __future__ import annotations

import logging
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING

from pythonjsonlogger.json import JsonFormatter

from lib.environment import Variable, one_of

if TYPE_CHECKING:
    from collections.abc import Mapping

LOG_LEVEL = Variable(
    "LOG_LEVEL", "The least severe level that is logged", one_of("debug", "info", "warning", "error"), "info"
)

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The request that a record belongs to."""

LEVELS = {"DEBUG": "debug", "INFO": "info", "WARNING": "warn", "ERROR": "error", "CRITICAL": "error"}
"""The levels that Railway knows (https://docs.railway.com/guides/logs)."""

PRIVATE = ("autogen_core", "autogen_core.events", "httpx", "httpcore", "openai", "databases")
"""Loggers whose debug and info records hold prompts, answers, addresses or queries."""


class _Formatter(JsonFormatter):
    def process_log_record(self, log_data: dict[str, object]) -> dict[str, object]:
        log_data.pop("color_message", None)  # uvicorn's, for terminals
        log_data["level"] = LEVELS[str(log_data["level"])]
        if (current := request_id.get()) is not None:
            log_data.setdefault("request_id", current)
        return log_data


def configure(environ: Mapping[str, str]) -> None:
    """Send all records to standard output, as JSON, from LOG_LEVEL upwards."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        _Formatter(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="time",
        )
    )
    logging.root.handlers = [handler]
    logging.root.setLevel(LOG_LEVEL.read(environ).upper())
    for name in PRIVATE:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = name != "uvicorn.access"  # the boundary writes its own line
    logging.captureWarnings(capture=True)
