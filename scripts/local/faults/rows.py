"""List what a model's server can do wrong in one turn of a debate, and what that must come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.support.model_server import (
    SECRET,
    Answer,
    ModelServer,
    calling,
    chunk,
    end,
    judged,
    said,
    status,
    thoughts,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.support.stream import Event

    Check = Callable[[Sequence[Event], ModelServer], Iterator[str]]

STRUCK, JUDGE = 2, 4
"""The turn that a fault strikes unless a row says otherwise, and the judge's in a debate of one round."""

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
    check: Check = lambda _log, _server: iter(())
    environ: dict[str, str] = field(default_factory=dict[str, str])


def _turn(log: Sequence[Event]) -> Event:
    return next(event for event in log if event["type"] == "turn.completed" and event["turn"] == STRUCK)


def other(what: str, found: object, expected: object) -> Iterator[str]:
    """Yield what is not as it should be, if it is not."""
    if found != expected:
        yield f"{what}: {found!r} instead of {expected!r}"


def _text(expected: str, finish: str = "stop") -> Check:
    def check(log: Sequence[Event], _: ModelServer) -> Iterator[str]:
        shown = "".join(event["text"] for event in log if event["type"] == "turn.delta" and event["turn"] == STRUCK)
        turn = _turn(log)
        yield from other("the turn", (turn["text"], turn["finish_reason"], shown), (expected, finish, expected))

    return check


def _estimated(log: Sequence[Event], _: ModelServer) -> Iterator[str]:
    usage, total = _turn(log)["usage"], log[-1]["usage"]
    estimated = usage["estimated"], total["estimated"], total["agents"]["judge"]["estimated"]
    yield from other("whether usage is an estimate", estimated, (True, True, False))
    yield from other("the tokens of 23 characters", usage["output_tokens"], 6)
    if usage["input_tokens"] <= len(log[0]["title"]):
        yield "what the agent read is not in the estimate"


def _unknown(log: Sequence[Event], server: ModelServer) -> Iterator[str]:
    yield from other("finish_reason", _turn(log)["finish_reason"], "unknown")
    yield from _estimated(log, server)


def _waited(log: Sequence[Event], server: ModelServer) -> Iterator[str]:
    before, after = server.times[log[0]["title"]][1:3]  # turn 1 came first
    if after - before < 1:
        yield "Retry-After was not waited for"


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
