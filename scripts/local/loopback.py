"""Find a place on loopback for a server whose address must be known before it runs."""

from __future__ import annotations

import contextlib
import secrets
import socket

QUIET = range(10_000, 32_768)
"""Ports that no connection is given by chance, before the server has taken it (ip_local_port_range in ip(7))."""

TRIES = 100


def free_port() -> int:
    """Return a port that nobody listens on. Raises OSError where none is found."""
    for port in secrets.SystemRandom().sample(QUIET, TRIES):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError(f"of {TRIES} ports of loopback, chosen at random, none was free")
