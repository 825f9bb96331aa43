"""Be one hostile client of many connections: python -m scripts.local.faults.hostile ATTACK URL TOKEN SECONDS.

A process, so that its own work does not delay the requests that measure the server.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from urllib.parse import urlsplit

CONNECTIONS = 20
READ_SECONDS = 1.0
MEBIBYTE = 1_048_576
DRIBBLES = 4
CHUNK_BYTES = 65_536

HOST = b"Host: x\r\n"
GET = b"GET /health HTTP/1.1\r\n" + HOST
KEY = b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
UPGRADE = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: debate.v1\r\n" + KEY


def _posted(body: bytes, token: str) -> bytes:
    head = b"POST /debate-start HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
    return head + f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def attacks(token: str) -> dict[str, list[bytes]]:
    """Return what each attack sends over one connection; between the parts it waits for READ_SECONDS."""
    items = b"1," * (MEBIBYTE // 2 - 20) + b"1"
    return {
        "bad-bodies": [_posted(b'{"signals":[' + items + b"]}", token)],
        "brackets": [_posted(b"[]" * (MEBIBYTE // 2), token)],
        "trailers": [GET + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"a:\r\n" * (8 * MEBIBYTE // 4)],
        "pipelines": [(GET + b"\r\n") * (MEBIBYTE // 4 // len(GET))],
        "handshakes-with-a-body": [b"GET / HTTP/1.1\r\n" + HOST + UPGRADE + b"Content-Length: 9\r\n\r\nhalf"],
        "tiny-chunks": [GET + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * MEBIBYTE],
        "headers": [GET + b"a:\r\n" * (CHUNK_BYTES // 2)],
        "unread-bodies": [GET + b"Content-Length: 1000000\r\n\r\n", *[b"x" * CHUNK_BYTES] * DRIBBLES],
        "broken-pipelines": [(GET + b"\r\n") * 3 + GET + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"],
        "silent-websockets": [
            b"GET /debate-stream/x HTTP/1.1\r\n" + HOST + UPGRADE + b"\r\n",
            *[b""] * DRIBBLES,
        ],
    }


async def _connect_once(host: str, port: int, parts: list[bytes]) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        for part in parts:
            writer.write(part)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(READ_SECONDS):
                    await writer.drain()
                    while await reader.read(CHUNK_BYTES):
                        pass
                    return
    finally:
        writer.transport.abort()


async def _repeat(url: str, parts: list[bytes], end: float) -> int:
    address = urlsplit(url)
    count = 0
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            await _connect_once(address.hostname or "", address.port or 0, parts)
            count += 1
    return count


async def _main(attack: str, url: str, token: str, seconds: str) -> None:
    end, parts = time.monotonic() + float(seconds), attacks(token)[attack]
    sys.stdout.write(f"{sum(await asyncio.gather(*(_repeat(url, parts, end) for _ in range(CONNECTIONS))))}\n")


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
