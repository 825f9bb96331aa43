"""Run a server of Python's own in a thread, beside the test."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Generator
    from http.server import HTTPServer

T = TypeVar("T", bound="HTTPServer")


@contextlib.contextmanager
def listening(server: T) -> Generator[T]:
    """Serve as long as the context lasts."""
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def address(server: HTTPServer) -> str:
    """Return where it is."""
    return f"http://127.0.0.1:{server.server_port}"
