"""Run an ASGI application in uvicorn, configured from arguments and the environment."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import signal
import socket
import sys
from typing import TYPE_CHECKING

import uvicorn

from lib.process.environment import Misconfigured, Variable, whole
from lib.web.server.http1 import Http1Protocol
from lib.web.server.websocket import WebSocketProtocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from starlette.types import ASGIApp

PORT = Variable("PORT", "The port to listen on; 0 for any that is free", whole(0, 65_535), 8000)
DRAIN_SECONDS = 10
"""How long requests may go on after SIGTERM before uvicorn cancels them."""

KEEP_ALIVE_SECONDS = 75
"""Longer than Railway's proxy keeps an idle connection (60 s), so that the proxy never sends into a closed one."""

BACKLOG = 2_048
GARBAGE_THRESHOLDS = 5_000, 10, 10
"""The arguments of gc.set_threshold."""

MOST_FRAME_BYTES = 8_192
"""The largest WebSocket message of a client: a session token is the longest that a client has to send."""

EXAMPLES = """examples:
  python -m functions                                  all functions, on $PORT
  python -m functions health auth-check --port 8001    two of them
  FUNCTIONS=debate-run python -m functions             a worker"""


def serve(make: Callable[[], ASGIApp]) -> None:
    """Serve until SIGTERM or SIGINT, then exit.

    `make` is called after the arguments have been written into os.environ as FUNCTIONS and PORT. The exit code is 2 if
    the configuration is wrong or the address taken, 1 if the shutdown of the lifespan failed, else 0.
    """
    arguments = _arguments()
    if arguments.names:
        os.environ["FUNCTIONS"] = ",".join(arguments.names)
    if arguments.port is not None:
        os.environ["PORT"] = arguments.port
    try:
        port = PORT.read(os.environ)
        application = make()
        listener = _listen(arguments.host, port)
    except (Misconfigured, OSError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    _tune_garbage_collection()
    server = uvicorn.Server(_config(application))
    _stop_on_signals(server)
    host, bound = listener.getsockname()[:2]
    logging.getLogger("functions").info("listening", extra={"host": host, "port": bound, "pid": os.getpid()})
    server.run(sockets=[listener])
    sys.exit(server.lifespan.shutdown_failed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m functions", epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a function of functions/manifest.toml; all if none")
    parser.add_argument("--host", help="the address to listen on; every address if not given")
    parser.add_argument("--port", help="the port to listen on, instead of $PORT; 0 for any that is free")
    return parser.parse_args()


def _listen(host: str | None, port: int) -> socket.socket:
    """Listen on `host`, or on every address if it is None: IPv6 and IPv4 where the system has dual-stack sockets."""
    if host is not None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    if socket.has_dualstack_ipv6():
        return socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=BACKLOG)
    return socket.create_server(("", port), backlog=BACKLOG)


def _config(application: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        http=Http1Protocol,
        log_config=None,
        access_log=False,
        server_header=False,
        ws=WebSocketProtocol,
        ws_max_size=MOST_FRAME_BYTES,
        ws_per_message_deflate=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )


def _tune_garbage_collection() -> None:
    """Freeze start-up objects and collect garbage less often: a collection pauses every stream."""
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)


def _stop_on_signals(server: uvicorn.Server) -> None:
    """Handle SIGTERM and SIGINT before uvicorn does and when it re-raises them, so that the exit code is 0."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
