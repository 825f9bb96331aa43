"""Serve functions: python -m functions [NAME ...] [--host HOST] [--port PORT]."""

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
from lib.router import app
from lib.web.server.http1 import Http1Protocol
from lib.web.server.websocket import WebSocketProtocol

if TYPE_CHECKING:
    from types import FrameType

    from lib.web.boundary import Boundary

PORT = Variable("PORT", "The port to listen on; 0 for any that is free", whole(0, 65_535), 8000)
DRAIN_SECONDS = 10
GARBAGE = 5_000, 10, 10
"""New objects, and searches among the younger ones, before a search for garbage (gc.set_threshold)."""

MOST_FRAME_BYTES = 8_192
"""What a client may say at once over a WebSocket: a token, or a word."""

EXAMPLES = """examples:
  python -m functions                                  all functions, on $PORT
  python -m functions health auth-check --port 8001    two of them
  FUNCTIONS=debate-run python -m functions             a worker"""


def _listen(host: str | None, port: int) -> socket.socket:
    """Open the socket: on every address, IPv6 and IPv4 alike, unless one is named."""
    if host is not None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    if socket.has_dualstack_ipv6():
        return socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=2048)
    return socket.create_server(("", port), backlog=2048)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m functions", epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a function of functions/manifest.toml; all if none")
    parser.add_argument("--host", help="the address to listen on; every address if not given")
    parser.add_argument("--port", help="the port to listen on, instead of $PORT; 0 for any that is free")
    return parser.parse_args()


def _config(application: Boundary) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        http=Http1Protocol,
        log_config=None,
        access_log=False,
        server_header=False,
        ws=WebSocketProtocol,
        ws_max_size=MOST_FRAME_BYTES,
        ws_per_message_deflate=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )


def _settle() -> None:
    """Have no search for garbage look at what is there for good, or look often: each holds up every stream."""
    gc.freeze()
    gc.set_threshold(*GARBAGE)


def _stop_on_signals(server: uvicorn.Server) -> None:
    """Heed a signal that comes before uvicorn does, and the one it raises again at its end: no failure."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def main() -> None:
    """Serve until asked to stop."""
    arguments = _arguments()
    environ = os.environ
    if arguments.names:
        environ["FUNCTIONS"] = ",".join(arguments.names)
    if arguments.port is not None:
        environ["PORT"] = arguments.port
    try:
        port = PORT.read(environ)
        application = app()
        listening = _listen(arguments.host, port)
    except (Misconfigured, OSError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    _settle()
    server = uvicorn.Server(_config(application))
    _stop_on_signals(server)
    host, bound = listening.getsockname()[:2]
    logging.getLogger("functions").info("listening", extra={"host": host, "port": bound, "pid": os.getpid()})
    server.run(sockets=[listening])
    sys.exit(server.lifespan.shutdown_failed)


if __name__ == "__main__":
    main()
