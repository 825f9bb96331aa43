"""Speak HTTP/1.1 in bytes, as no HTTP client would."""

from __future__ import annotations

import contextlib
import json
import socket
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.local.functions import Serving

HOST = b"Host: x\r\n"
Answer = tuple[int, dict[str, str], dict[str, Any]]


def connected(serving: Serving) -> socket.socket:
    """Connect to the process."""
    address = urlsplit(serving.url)
    return socket.create_connection((address.hostname or "", address.port or 0), timeout=60)


def exchange(serving: Serving, *parts: bytes) -> list[Answer]:
    """Send the parts one after the other, and return all answers up to the end of the connection."""
    with connected(serving) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(OSError):  # refused before it had all
            for part in parts:
                connection.sendall(part)
        return list(answers(connection))


def answers(connection: socket.socket) -> Iterator[Answer]:
    """Yield the status, headers and JSON body of each answer up to the end of the connection."""
    with connection.makefile("rb") as stream:
        while status := stream.readline():
            headers = dict(_headers(stream))
            body = stream.read(int(headers["content-length"]))
            yield int(status.split()[1]), headers, json.loads(body)


def _headers(stream: BinaryIO) -> Iterator[tuple[str, str]]:
    while line := stream.readline().strip():
        name, _, value = line.decode("latin-1").partition(": ")
        yield name, value
