"""Checks with a session: each function alone, then a whole debate."""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

import httpx
from httpx_sse import connect_sse

from lib.contract.debate import Debate, DebateList
from lib.contract.events import ENVELOPED, TERMINAL
from lib.contract.problems import NotFound
from lib.contract.result import DebateResult
from scripts.local.describe.schemas import EXAMPLES
from scripts.remote.smoke import declared
from scripts.remote.smoke.chat import Chat
from scripts.remote.smoke.declared import said
from scripts.remote.smoke.report import Failed, expect
from scripts.remote.smoke.site import remaining

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scripts.remote.smoke.report import Report
    from scripts.remote.smoke.site import Site

    Event = dict[str, Any]

T = TypeVar("T")

SILENCE_SECONDS = 40
TEXT = "This is a check of the deployment. Utilities lead the market by 3% while lumber lags gold. Credit is calm."
REMARK = "What does lumber say that utilities do not?"
REQUEST = {"content": {"type": "text", "title": "Deployment check", "text": TEXT}, "rounds": 1, "force": True}


class Session:
    """A signed-in user of a Site."""

    def __init__(self, site: Site, header: Callable[[], dict[str, str]], seconds: float) -> None:
        self._site, self._header, self._seconds = site, header, seconds

    def check(self, report: Report) -> None:
        """Run the checks of all functions that the site has."""
        for name, function in self._site.functions.items():
            if function.auth == "session" and "{" in (function.path or ""):
                report.run(name, "knows no debate of nobody", lambda name=name: self._knows_nothing(name))
            elif function.auth == "session" and function.request is None:
                report.run(
                    name, "answers a session", lambda name=name: declared.called(self._site, name, self._header())
                )
        if {"debate-start", "debate-stream"} <= self._site.functions.keys():
            self._check_debate(report)

    def _check_debate(self, report: Report) -> None:
        key = uuid4().hex
        debate = report.run("debate-start", "starts a debate", lambda: self._start(key))
        if debate is None:
            return
        steered = "debate-steer" in self._site.functions and report.run(
            "debate-steer", "takes a remark", lambda: self._steers(debate)
        )
        events = report.run("debate-stream", "streams it, every event as declared", lambda: self._watch(debate)) or []
        ended = events[-1]["type"] in TERMINAL if events else False
        if events:
            report.run("debate-run", "holds it to its verdict", lambda: self._has_verdict(events))
        if ended and steered:
            report.run("debate-steer", "has it heard, once", lambda: self._heard(events))
        if ended:
            report.run("debate-stream", "resumes it after any event", lambda: self._resumes(debate, events))
            Chat(self._site, self._header, key, events).check(report, REQUEST)
        if "debate-list" in self._site.functions:
            report.run("debate-list", "lists it", lambda: self._lists(debate))
        if "debate-result" in self._site.functions and ended:
            report.run("debate-result", "says what came out of it", lambda: self._results(debate, events))
        if "debate-cancel" in self._site.functions:
            live = None if ended else debate
            cancelled = report.run(
                "debate-cancel", "cancels a debate", lambda: self._cancels(live or self._start(uuid4().hex))
            )
            if cancelled and events:
                report.run("debate-stream", "ends with the cancellation", lambda: self._ends_cancelled(cancelled))

    def _ask(self, name: str, expected: type[T], debate_id: str = "") -> T:
        answer = self._site.ask(name, debate_id, headers=self._header())
        return declared.answers(answer, self._site.functions[name], expected)

    def _knows_nothing(self, name: str) -> None:
        body = EXAMPLES.get(self._site.functions[name].request or "")
        answer = self._site.ask(name, headers=self._header(), json=body)
        if str(answer.status_code) in self._site.functions[name].also:  # the manifest allows an empty answer
            return
        found = answer.json().get("type") if answer.status_code == NotFound.status else None
        expect(found == NotFound.type(), f"{said(answer)} instead of {NotFound.status} {NotFound.type()}")

    def _start(self, key: str) -> Debate:
        answer = self._site.ask("debate-start", headers=self._header() | {"Idempotency-Key": key}, json=REQUEST)
        debate = declared.answers(answer, self._site.functions["debate-start"], Debate)
        location = answer.headers.get("location")
        expect(location == debate.stream_url, f"Location is {location!r}, not {debate.stream_url!r}")
        return debate

    def _steers(self, debate: Debate) -> Debate:
        answer = self._site.ask("debate-steer", str(debate.id), headers=self._header(), json={"text": REMARK})
        return declared.answers(answer, self._site.functions["debate-steer"], Debate)

    def _heard(self, events: list[Event]) -> None:
        for kind in "steer.accepted", "steer.applied":
            found = [event["text"] for event in events if event["type"] == kind]
            expect(found == [REMARK], f"{len(found)} events {kind} came of one remark")

    def _watch(self, debate: Debate) -> list[Event]:
        """Return the events up to the last, or those of the first `seconds`. Raises Failed if there are none."""
        events = list(self._events(debate, 0))
        expect(events, f"no event within {self._seconds:.0f} s")
        return events

    def _events(self, debate: Debate, after: int) -> Iterator[Event]:
        """Yield events up to the last, over as many connections as needed."""
        deadline = time.monotonic() + self._seconds
        last, ended = after, False
        while not ended and time.monotonic() < deadline:
            try:
                for event in self._connection(debate, last, deadline):
                    expect(event["seq"] == last + 1, f"event {event['seq']} follows event {last}")
                    last, ended = event["seq"], event["type"] in TERMINAL
                    yield event
            except httpx.ReadTimeout:
                if time.monotonic() < deadline:
                    raise Failed(f"nothing was sent for {SILENCE_SECONDS} s, not even a ping") from None

    def _connection(self, debate: Debate, after: int, deadline: float) -> Iterator[Event]:
        headers = self._header() | {"Last-Event-ID": str(after)}
        patience = httpx.Timeout(SILENCE_SECONDS, read=min(SILENCE_SECONDS, remaining(deadline)))
        url = self._site.url("debate-stream", str(debate.id))
        with connect_sse(self._site.http, "GET", url, headers=headers, timeout=patience) as source:
            if source.response.status_code != HTTPStatus.OK:
                source.response.read()
                raise Failed(f"{said(source.response)} instead of 200")
            for message in source.iter_sse():
                if message.data and message.event != "stream.reconnect":  # a ping has no data
                    expect(message.event in ENVELOPED, f"there is no event {message.event!r}")
                    ENVELOPED[message.event].model_validate_json(message.data)
                    yield json.loads(message.data)
                if time.monotonic() > deadline:
                    return

    def _has_verdict(self, events: list[Event]) -> None:
        last = events[-1]
        problem = f", {last['problem']['title']}: {last['problem']['detail']}" if "problem" in last else ""
        told = f"its last event within {self._seconds:.0f} s was {last['seq']}, {last['type']}{problem}"
        expect(last["type"] == "debate.completed", told)
        expect(any(event["type"] == "verdict.completed" for event in events), "it ended without a verdict")

    def _resumes(self, debate: Debate, events: list[Event]) -> None:
        half = len(events) // 2
        expect(list(self._events(debate, half)) == events[half:], f"other events came after event {half} than before")

    def _lists(self, debate: Debate) -> None:
        page = self._ask("debate-list", DebateList)
        expect(any(item.id == debate.id for item in page.items), f"the first page has no debate {debate.id}")

    def _results(self, debate: Debate, events: list[Event]) -> None:
        result = self._ask("debate-result", DebateResult, str(debate.id))
        verdicts = [event["verdict"] for event in events if event["type"] == "verdict.completed"]
        found = [result.verdict.model_dump(mode="json", by_alias=True)] if result.verdict else []
        expect(found == verdicts, "its verdict is not that of the stream")

    def _cancels(self, debate: Debate) -> Debate:
        cancelled = self._ask("debate-cancel", Debate, str(debate.id))
        expect(cancelled.status == "cancelled", f"the debate is {cancelled.status}, not cancelled")
        return cancelled

    def _ends_cancelled(self, debate: Debate) -> None:
        last = self._watch(debate)[-1]["type"]
        expect(last == "debate.cancelled", f"its last event is {last}")
