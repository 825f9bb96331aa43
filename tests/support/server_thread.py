"""Run an http.server in a thread beside the test."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Generator
    from http.server import HTTPServer

T = TypeVar("T", bound="HTTPServer")


@contextlib.contextmanager
def serving_in_thread(server: T) -> Generator[T]:
    """Serve until the context ends."""
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def address(server: HTTPServer) -> str:
    """Return the base URL of a server on loopback."""
    return f"http://127.0.0.1:{server.server_port}"
