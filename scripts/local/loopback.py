"""Find a free port of loopback for a server whose port must be known before it starts."""

from __future__ import annotations

import contextlib
import secrets
import socket

PORTS = range(10_000, 32_768)
"""Ports that the kernel gives to no outgoing connection (ip_local_port_range in ip(7))."""

TRIES = 100


def free_port() -> int:
    """Return a port on which no server listens. Raises OSError if none is found."""
    for port in secrets.SystemRandom().sample(PORTS, TRIES):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError(f"of {TRIES} ports of loopback, chosen at random, none was free")
