"""Notice when uvicorn or websockets changes what lib/web/server overrides or relies upon.

When a test fails after an upgrade: read the change of each method that the message names, decide whether the overriding
method in lib/web/server still does the right thing, run tests/lib/web, then write the new digest into DIGESTS.
"""

from __future__ import annotations

import hashlib
import inspect
from typing import TYPE_CHECKING

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import Protocol

from lib.web.server.http1 import Http1Protocol
from lib.web.server.slow_client import SlowClientGuard
from lib.web.server.websocket import WebSocketProtocol

if TYPE_CHECKING:
    from collections.abc import Callable

RELIED_UPON = {
    HttpToolsProtocol: (
        "__init__",
        "_start_asgi_task",
        "handle_websocket_upgrade",
    ),
    RequestResponseCycle: ("__init__", "run_asgi", "send", "receive"),
    FlowControl: ("pause_reading", "resume_reading", "pause_writing", "resume_writing"),
    WebSocketsSansIOProtocol: ("handle_close", "send", "receive", "stop_keepalive"),
    Protocol: ("data_to_send", "events_received", "fail", "receive_data"),
}
"""Methods that are not overridden, but called, or whose effect on attributes the overriding methods read."""

DIGESTS = {
    "HttpToolsProtocol.__init__": "4f089994",
    "HttpToolsProtocol._start_asgi_task": "9c08c257",
    "HttpToolsProtocol.handle_websocket_upgrade": "179c4f76",
    "HttpToolsProtocol.on_body": "dba9c32a",
    "HttpToolsProtocol.on_message_complete": "1fbad42d",
    "HttpToolsProtocol.connection_made": "6efb565f",
    "HttpToolsProtocol.connection_lost": "c91a4c9b",
    "HttpToolsProtocol.data_received": "010a7ae5",
    "HttpToolsProtocol.send_400_response": "ae5a4a37",
    "HttpToolsProtocol.on_message_begin": "96d377fd",
    "HttpToolsProtocol.on_header": "65d62c04",
    "HttpToolsProtocol.on_headers_complete": "1ea8589a",
    "HttpToolsProtocol.on_response_complete": "64e254f2",
    "HttpToolsProtocol.pause_writing": "17a8fd21",
    "HttpToolsProtocol.resume_writing": "7844bbaa",
    "RequestResponseCycle.__init__": "4d2f2209",
    "RequestResponseCycle.run_asgi": "0f33f244",
    "RequestResponseCycle.send": "abdd8601",
    "RequestResponseCycle.receive": "8124ae00",
    "FlowControl.pause_reading": "7c27388b",
    "FlowControl.resume_reading": "a0429d30",
    "FlowControl.pause_writing": "93d4a08a",
    "FlowControl.resume_writing": "a343e8b0",
    "WebSocketsSansIOProtocol.data_received": "c89d3940",
    "WebSocketsSansIOProtocol.handle_close": "62fd412b",
    "WebSocketsSansIOProtocol.send": "d4919ed7",
    "WebSocketsSansIOProtocol.receive": "1dc0e715",
    "WebSocketsSansIOProtocol.shutdown": "e8ace796",
    "WebSocketsSansIOProtocol.stop_keepalive": "bbb91b99",
    "WebSocketsSansIOProtocol.__init__": "631dcd74",
    "WebSocketsSansIOProtocol.connection_lost": "dd116afc",
    "WebSocketsSansIOProtocol.pause_writing": "4830f7e0",
    "WebSocketsSansIOProtocol.resume_writing": "ef79384e",
    "WebSocketsSansIOProtocol.handle_events": "b2c9351a",
    "WebSocketsSansIOProtocol.send_receive_event_to_app": "a2b10de9",
    "WebSocketsSansIOProtocol.handle_ping": "41bcf345",
    "WebSocketsSansIOProtocol.keepalive_timeout": "8e1ceb6e",
    "WebSocketsSansIOProtocol.handle_parser_exception": "ff5cf13c",
    "WebSocketsSansIOProtocol.run_asgi": "662375aa",
    "Protocol.data_to_send": "959589a5",
    "Protocol.events_received": "f448b353",
    "Protocol.fail": "924ae707",
    "Protocol.receive_data": "df57bef0",
}


def _overridden(ours: type, theirs: type) -> list[str]:
    written = {*vars(ours), *vars(SlowClientGuard)}
    return [name for name, member in vars(theirs).items() if inspect.isfunction(member) and name in written]


def _digests() -> dict[str, str]:
    methods = {theirs: list(names) for theirs, names in RELIED_UPON.items()}
    for ours, theirs in ((Http1Protocol, HttpToolsProtocol), (WebSocketProtocol, WebSocketsSansIOProtocol)):
        methods[theirs] += [name for name in _overridden(ours, theirs) if name not in methods[theirs]]
    return {
        f"{theirs.__name__}.{name}": _digest(getattr(theirs, name)) for theirs in methods for name in methods[theirs]
    }


def _digest(method: Callable[..., object]) -> str:
    return hashlib.sha256(inspect.getsource(method).encode()).hexdigest()[:8]


def test_the_methods_that_are_overridden_or_relied_upon_are_those_that_were_reviewed() -> None:
    found = _digests()
    changed = {
        name: found.get(name, "gone") for name in found.keys() | DIGESTS.keys() if found.get(name) != DIGESTS.get(name)
    }
    assert not changed, f"read what changed in {sorted(changed)}, then set DIGESTS to: {found}"
