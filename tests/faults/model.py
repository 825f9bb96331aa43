"""Hold a debate against each fault of a model, and say what it must come to."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.house import house
from tests.model_server import SECRET, Answer, ModelServer, calling, chunk, end, judged, said, status, thoughts, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.stream import Event

JUDGE = 4
"""The judge's turn in a debate of one round; the fault is in turn 2 unless a row says otherwise."""

EMPTY, BROKEN, DOWN = "model-answer-empty", "model-answer-broken", "model-unavailable"


@dataclass(frozen=True, slots=True)
class Row:
    """One fault: what the server does in which turn, and what must come of it; `resets` before attempts to come."""

    name: str
    script: dict[int, Sequence[Answer]]
    requests: dict[int, int] = field(default_factory=dict[int, int])
    resets: tuple[str, ...] | None = ()
    failed: dict[int, str] = field(default_factory=dict[int, str])
    ended: str = "completed"
    check: Callable[[Sequence[Event], ModelServer], None] = lambda _log, _server: None
    environ: dict[str, str] = field(default_factory=dict[str, str])


def _turn(log: Sequence[Event], number: int = 2) -> Any:
    return next(event for event in log if event["type"] == "turn.completed" and event["turn"] == number)


def _text(expected: str, finish: str = "stop") -> Callable[[Sequence[Event], ModelServer], None]:
    def check(log: Sequence[Event], _: ModelServer) -> None:
        shown = "".join(event["text"] for event in log if event["type"] == "turn.delta" and event["turn"] == 2)
        turn = _turn(log)
        assert (turn["text"], turn["finish_reason"], shown) == (expected, finish, expected)

    return check


def _estimated(log: Sequence[Event], _: ModelServer) -> None:
    usage = _turn(log)["usage"]
    assert usage["estimated"]
    assert usage["input_tokens"] > 100
    assert usage["output_tokens"] == 6  # 23 characters
    assert log[-1]["usage"]["estimated"]
    assert not log[-1]["usage"]["agents"]["judge"]["estimated"]


def _unknown(log: Sequence[Event], server: ModelServer) -> None:
    assert _turn(log)["finish_reason"] == "unknown"
    _estimated(log, server)


def _waited(log: Sequence[Event], server: ModelServer) -> None:
    (title,) = (event["title"] for event in log if event["type"] == "debate.queued")
    before, after = server.times[title][1:3]  # turn 1 came first
    assert after - before >= 1


def _again(name: str, *answers: Answer, reset: str, turn: int = 2, **environ: str) -> Row:
    """Return a row whose turn is repeated after each of the answers, and then succeeds."""
    resets = (reset,) * len(answers)
    return Row(name, {turn: answers}, {turn: len(answers) + 1}, resets, environ=environ)


def _never(name: str, answer: Answer, *, problem: str, attempts: int, **environ: str) -> Row:
    """Return a row whose turn fails for good, while the debate goes on without it."""
    return Row(name, {2: [answer] * 3}, {2: attempts}, (problem,) * (attempts - 1), {2: problem}, environ=environ)


def _no_verdict(name: str, answer: Answer, *, problem: str, attempts: int) -> Row:
    """Return a row whose judge fails for good, and with it the debate."""
    return Row(name, {JUDGE: [answer] * 3}, {JUDGE: attempts}, (problem,) * (attempts - 1), {JUDGE: problem}, problem)


PARTIAL = words("Half of ", "a sen")
IN_STREAM = Answer([*PARTIAL, b'data: {"error": {"message": "' + SECRET.encode() + b'", "code": 500}}\n\n'])
NOT_JSON = Answer([*PARTIAL, b"data: {not json\n\n"])
NO_END = Answer([*PARTIAL, *end(None, None)])
SIGNALS = calling(("signals", "{}"))
REFUSAL = Answer([chunk(refusal="I will not."), *end()])
SHORT = {"DEBATE_TURN_SECONDS": "3"}

ROWS = (
    *(_again(f"status {code}, then well", status(code), reset=DOWN) for code in (408, 409, 425, 429, 500, 502, 503)),
    Row(
        "429 with Retry-After, which is waited for", {2: [status(429, retry_after="1")]}, {2: 2}, (DOWN,), check=_waited
    ),
    _never("429 with a Retry-After beyond the turn", status(429, retry_after="3600"), problem=DOWN, attempts=1),
    _never("429 for ever", status(429), problem=DOWN, attempts=3),
    *(
        _never(f"status {code}, which is final", status(code), problem="model-refused", attempts=1)
        for code in (400, 422)
    ),
    Row(
        "401 for every turn",
        {turn: [status(401)] for turn in (1, 2, 3)},
        {1: 1, 2: 1, 3: 1},
        (),
        dict.fromkeys((1, 2, 3), "model-refused"),
        "too-few-voices",
    ),
    Row(
        "two turns of a round fail",
        {1: [status(400)] * 2, 3: [status(400)]},
        {1: 2, 2: 1, JUDGE: 0},  # at first it may have been the tools that were refused
        (),
        dict.fromkeys((1, 3), "model-refused"),
        "too-few-voices",
    ),
    _again("no first byte", Answer(["stall"]), reset=DOWN, DEBATE_TURN_SECONDS="9"),
    _again("a stall in mid-stream", Answer([*PARTIAL, "stall"]), reset=DOWN, DEBATE_TURN_SECONDS="9"),
    Row("a stall for ever", {2: [Answer([*PARTIAL, "stall"])] * 3}, {}, None, {2: DOWN}, environ=SHORT),
    _again("a reset in mid-stream", Answer([*PARTIAL, "reset"]), reset=DOWN),
    _again("an end of file in mid-stream", Answer([*PARTIAL, "cut"]), reset=DOWN),
    _again("an error in the stream", IN_STREAM, reset=DOWN),
    _never("an error in the stream for ever", IN_STREAM, problem=DOWN, attempts=3),
    _again("broken JSON in the stream", NOT_JSON, reset=BROKEN),
    _again("broken UTF-8 in the stream", Answer([*PARTIAL, b"data: \xff\xfe\n\n"]), reset=BROKEN),
    _again("HTML instead of a stream", Answer([b"<html><h1>Bad gateway</h1></html>"]), reset=EMPTY),
    Row("a tool that there is not", {2: [calling(("f", "{}"))]}, {2: 2}),
    Row("arguments of a megabyte", {2: [calling(("calculate", "9" * 1_000_000))]}, {2: 2}),
    Row("a server that is down after a tool", {2: [SIGNALS, status(503)]}, {2: 3}, (DOWN,)),
    Row("an end of file after a tool", {2: [SIGNALS, Answer([*PARTIAL, *end(None, None)])]}, {2: 3}, (EMPTY,)),
    Row("calls of tools without an end", {2: [SIGNALS] * 4}, {2: 5}, (BROKEN,)),
    _again("a tool's call instead of a judgement", calling(("f", "{}")), reset=BROKEN, turn=JUDGE),
    _again("nothing at all", Answer([]), reset=EMPTY),
    _again("an empty answer", said(""), reset=EMPTY),
    _again("blanks for an answer", said(" ", "\n"), reset=EMPTY),
    _again("a refusal, then well", REFUSAL, reset=EMPTY),
    _never("a refusal for ever", REFUSAL, problem=EMPTY, attempts=3),
    _never("a content filter", said("A word", finish="content_filter"), problem="model-content-filter", attempts=1),
    _again("an end without finish_reason", NO_END, reset=EMPTY),
    Row("cut by length", {2: [said("Up to here", finish="length")]}, check=_text("Up to here", "length")),
    Row(
        "thoughts in the text",
        {2: [said("<thi", "nk>Hm.\n", "</thin", "k>\n\n", "Spreads ", "widen.")]},
        check=_text("Spreads widen."),
    ),
    Row(
        "thoughts apart",
        {2: [Answer([*thoughts("Hm.", " So."), *words("Spreads ", "widen."), *end()])]},
        check=_text("Spreads widen."),
    ),
    _again("thoughts without an end", said("<think>Hm, ", "and then"), reset=EMPTY),
    Row("a bracket that is no thought", {2: [said("1 <", " 2 <th", "ird")]}, check=_text("1 < 2 <third")),
    Row(
        "an unknown finish_reason and no usage",
        {2: [said("Utilities lead the day.", finish="eos", usage=None)]},
        check=_unknown,
    ),
    Row("no usage", {2: [said("Utilities lead the day.", usage=None)]}, check=_estimated),
    _never("a flood of words", Answer(["flood of words"]), problem="model-answer-endless", attempts=1),
    _never("a flood of bytes", Answer(["flood of bytes"]), problem="model-answer-endless", attempts=1),
    Row("a flood of silence", {2: [Answer(["flood of silence"])]}, {2: 1}, failed={2: DOWN}, environ=SHORT),
    _again("a judgement that is no JSON", said("I judge: risk off."), reset=BROKEN, turn=JUDGE),
    _again("a judgement of another form", judged(confidence=7), reset=BROKEN, turn=JUDGE),
    _again("a judgement that was refused", REFUSAL, reset=EMPTY, turn=JUDGE),
    _no_verdict("no JSON for ever", said("Risk off."), problem=BROKEN, attempts=3),
    _no_verdict("a judgement cut by length", said('{"stance": "ri', finish="length"), problem="model-cut", attempts=1),
    _no_verdict("a judgement withheld", said("{", finish="content_filter"), problem="model-content-filter", attempts=1),
    _no_verdict("a judge who is down", status(500), problem=DOWN, attempts=3),
)


async def hold(environment: dict[str, str], row: Row) -> None:
    """Hold a debate against the fault of a row, and check what came of it."""
    async with ModelServer().serving() as server, contextlib.AsyncExitStack() as stack:
        server.scripts[row.name] = row.script
        held = await stack.enter_async_context(house(environment, server, **row.environ))
        log = await held.hold(row.name)
        check(row, log, server)


def check(row: Row, log: Sequence[Event], server: ModelServer) -> None:
    """Check a debate's log against what a row declares."""
    requests = {turn: server.requests[row.name][turn] for turn in row.requests}
    resets = tuple(event["reason"] for event in log if event["type"] == "turn.reset")
    failed = {event["turn"]: _name(event["problem"]) for event in log if event["type"] == "turn.failed"}
    ended = _name(log[-1]["problem"]) if log[-1]["type"] == "debate.failed" else log[-1]["type"].split(".")[1]
    assert (ended, failed, requests) == (row.ended, row.failed, row.requests)
    if row.resets is not None:
        repeated, dropped = resets[: len(row.resets)], resets[len(row.resets) :]
        assert repeated == row.resets
        assert dropped in {(), tuple(row.failed.values())}
    row.check(log, server)
    _check_transcript(log)
    assert SECRET not in json.dumps(log)


def _name(problem: dict[str, str]) -> str:
    return problem["type"].removeprefix("urn:problem:")


def _check_transcript(log: Sequence[Event]) -> None:
    """Fold as the simplest client would, and check that nothing of a failed attempt is left."""
    shown: dict[int, str] = {}
    for event in log:
        match event["type"]:
            case "turn.delta":
                shown[event["turn"]] = shown.get(event["turn"], "") + event["text"]
            case "turn.reset":
                shown.pop(event["turn"], None)
            case "turn.completed" if event["agent"] != "judge":
                assert shown[event["turn"]] == event["text"]
            case _:
                pass
    completed = {event["turn"] for event in log if event["type"] == "turn.completed"}
    assert shown.keys() <= completed
    failed = [event["turn"] for event in log if event["type"] == "turn.failed" and event["agent"] != "judge"]
    for event in log:
        if event["type"] == "verdict.completed":
            assert len([gap for gap in event["verdict"]["missing_data"] if "did not speak" in gap]) == len(failed)
