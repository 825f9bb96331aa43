"""Check that a debate can also be read as a chat of the AI SDK, whose id is the debate's Idempotency-Key."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from scripts.remote.smoke.declared import said
from scripts.remote.smoke.report import expect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import httpx

    from scripts.remote.smoke.report import Report
    from scripts.remote.smoke.site import Site

DATA, DONE = "data: ", "[DONE]"


class Chat:
    """The chat of a debate that has ended with these events."""

    def __init__(self, site: Site, header: Callable[[], dict[str, str]], key: str, events: Sequence[Any]) -> None:
        self._site, self._header, self._key, self._events = site, header, key, events

    def check(self, report: Report, request: Mapping[str, Any]) -> None:
        """Check the chat functions that the site has; `request` is the body that started the debate."""
        if "debate-chat" in self._site.functions:
            report.run("debate-chat", "says the same debate as a chat", lambda: self._start(request))
        if "debate-chat-stream" in self._site.functions:
            report.run(
                "debate-chat-stream", "says it again", lambda: self._expect_debate(self._ask("debate-chat-stream"))
            )

    def _start(self, request: Mapping[str, Any]) -> None:
        self._expect_debate(self._ask("debate-chat", {"id": self._key, "messages": [], **request}))

    def _ask(self, name: str, body: object = None) -> httpx.Response:
        return self._site.ask(name, self._key, headers=self._header(), json=body)

    def _expect_debate(self, answer: httpx.Response) -> None:
        expect(answer.status_code == HTTPStatus.OK, f"{said(answer)} instead of 200")
        found, wanted = answer.headers.get("x-debate-id"), self._events[0]["debate_id"]
        expect(found == wanted, f"X-Debate-Id is {found!r}, not {wanted!r}")
        *chunks, end = [line.removeprefix(DATA) for line in answer.text.splitlines() if line.startswith(DATA)] or [""]
        expect(end == DONE, f"its last message is not {DONE}")
        verdicts = [one["data"] for one in map(json.loads, chunks) if one["type"] == "data-verdict"]
        told = [event["verdict"] for event in self._events if event["type"] == "verdict.completed"]
        expect(verdicts == told, "its verdict is not that of the stream")
