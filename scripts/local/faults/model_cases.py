"""Faults of a model's server in one turn of a debate, and the outcome that each must have."""

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

FAULTY, JUDGE = 2, 4
"""Turns of a debate of one round: the one with the fault unless a case says otherwise, and the judge's."""

EMPTY, BROKEN, DOWN = "model-answer-empty", "model-answer-broken", "model-unavailable"
BUSY, LATE = "model-busy", "model-timeout"


@dataclass(frozen=True, slots=True)
class ModelCase:
    """One fault: the server's `script` by turn, and the outcome.

    `requests` counts the requests of a turn; `resets` are the reasons of turn.reset in order, None if they may vary;
    `failed` maps a turn to its problem; `ended` is "completed" or the debate's problem.
    """

    name: str
    script: dict[int, Sequence[Answer]]
    requests: dict[int, int] = field(default_factory=dict[int, int])
    resets: tuple[str, ...] | None = ()
    failed: dict[int, str] = field(default_factory=dict[int, str])
    ended: str = "completed"
    check: Check = lambda _log, _server: iter(())
    environ: dict[str, str] = field(default_factory=dict[str, str])


def _turn(log: Sequence[Event]) -> Event:
    return next(event for event in log if event["type"] == "turn.completed" and event["turn"] == FAULTY)


def difference(what: str, found: object, expected: object) -> Iterator[str]:
    """Yield a sentence if `found` is not as expected."""
    if found != expected:
        yield f"{what}: {found!r} instead of {expected!r}"


def _text(expected: str, finish: str = "stop") -> Check:
    def check(log: Sequence[Event], _: ModelServer) -> Iterator[str]:
        shown = "".join(event["text"] for event in log if event["type"] == "turn.delta" and event["turn"] == FAULTY)
        turn = _turn(log)
        yield from difference("the turn", (turn["text"], turn["finish_reason"], shown), (expected, finish, expected))

    return check


def _spoken(log: Sequence[Event], _: ModelServer) -> Iterator[str]:
    yield from difference("the turn", _turn(log)["text"], "Spreads widen.")


def _estimated(log: Sequence[Event], _: ModelServer) -> Iterator[str]:
    usage, total = _turn(log)["usage"], log[-1]["usage"]
    estimated = usage["estimated"], total["estimated"], total["agents"]["judge"]["estimated"]
    yield from difference("whether usage is an estimate", estimated, (True, True, False))
    yield from difference("the tokens of 23 characters", usage["output_tokens"], 6)
    if usage["input_tokens"] <= len(log[0]["title"]):
        yield "what the agent read is not in the estimate"


def _unknown(log: Sequence[Event], server: ModelServer) -> Iterator[str]:
    yield from difference("finish_reason", _turn(log)["finish_reason"], "unknown")
    yield from _estimated(log, server)


def _waited(log: Sequence[Event], server: ModelServer) -> Iterator[str]:
    before, after = server.times[log[0]["title"]][1:3]  # turn 1 came first
    if after - before < 1:
        yield "Retry-After was not waited for"


def _succeeds_later(name: str, *answers: Answer, reset: str, turn: int = 2, **environ: str) -> ModelCase:
    """Return a case whose turn is repeated after each of these answers, and then succeeds."""
    resets = (reset,) * len(answers)
    return ModelCase(name, {turn: answers}, {turn: len(answers) + 1}, resets, environ=environ)


def _fails(name: str, answer: Answer, *, problem: str, attempts: int, **environ: str) -> ModelCase:
    """Return a case whose turn fails after these attempts, and whose debate goes on without it."""
    return ModelCase(name, {2: [answer] * 3}, {2: attempts}, (problem,) * (attempts - 1), {2: problem}, environ=environ)


def _no_verdict(name: str, answer: Answer, *, problem: str, attempts: int) -> ModelCase:
    """Return a case whose judge fails after these attempts, and the debate with it."""
    return ModelCase(
        name, {JUDGE: [answer] * 3}, {JUDGE: attempts}, (problem,) * (attempts - 1), {JUDGE: problem}, problem
    )


PARTIAL = words("Half of ", "a sen")
IN_STREAM = Answer([*PARTIAL, b'data: {"error": {"message": "' + SECRET.encode() + b'", "code": 500}}\n\n'])
NOT_JSON = Answer([*PARTIAL, b"data: {not json\n\n"])
NO_END = Answer([*PARTIAL, *end(None, None)])
NO_WORD_OF_AN_END = Answer([*PARTIAL, b": bye\n\n"])
SIGNALS = calling(("signals", "{}"))
REFUSAL = Answer([chunk(refusal="I will not."), *end()])
SHORT = {"DEBATE_TURN_SECONDS": "3"}

CASES = (
    *(_succeeds_later(f"status {code}, then well", status(code), reset=DOWN) for code in (408, 409, 425, 500, 502)),
    *(_succeeds_later(f"status {code}, then well", status(code), reset=BUSY) for code in (429, 503, 529)),
    ModelCase(
        "429 with Retry-After, which is waited for", {2: [status(429, retry_after="1")]}, {2: 2}, (BUSY,), check=_waited
    ),
    _fails("429 with a Retry-After beyond the turn", status(429, retry_after="3600"), problem=BUSY, attempts=1),
    _fails("429 for ever", status(429), problem=BUSY, attempts=3),
    *(
        _fails(f"status {code}, which is final", status(code), problem="model-refused", attempts=1)
        for code in (400, 422)
    ),
    ModelCase(
        "401 for every turn",
        {turn: [status(401)] for turn in (1, 2, 3)},
        {1: 1, 2: 1, 3: 1},
        (),
        dict.fromkeys((1, 2, 3), "model-key-refused"),
        "too-few-voices",
    ),
    _fails("402, which is final", status(402), problem="model-quota-used-up", attempts=1),
    _fails("404, which is final", status(404), problem="model-unknown", attempts=1),
    ModelCase(
        "two turns of a round fail",
        {1: [status(400)] * 3, 3: [status(400)]},
        {1: 3, 2: 1, JUDGE: 0},  # the first may be about the tools, the second about any other feature
        (),
        dict.fromkeys((1, 3), "model-refused"),
        "too-few-voices",
    ),
    ModelCase("no first byte in the turn's time", {2: [Answer(["stall"])]}, {2: 1}, failed={2: LATE}, environ=SHORT),
    _succeeds_later("a stall in mid-stream", Answer([*PARTIAL, "stall"]), reset=LATE, DEBATE_TURN_SECONDS="6"),
    ModelCase("a stall for ever", {2: [Answer([*PARTIAL, "stall"])] * 3}, {}, None, {2: LATE}, environ=SHORT),
    _succeeds_later("a reset in mid-stream", Answer([*PARTIAL, "reset"]), reset=DOWN),
    _succeeds_later("an end of file in mid-stream", Answer([*PARTIAL, "cut"]), reset=DOWN),
    _succeeds_later("an error in the stream", IN_STREAM, reset=DOWN),
    _fails("an error in the stream for ever", IN_STREAM, problem=DOWN, attempts=3),
    _succeeds_later("broken JSON in the stream", NOT_JSON, reset=BROKEN),
    _succeeds_later("broken UTF-8 in the stream", Answer([*PARTIAL, b"data: \xff\xfe\n\n"]), reset=BROKEN),
    _succeeds_later("HTML instead of a stream", Answer([b"<html><h1>Bad gateway</h1></html>"]), reset=BROKEN),
    ModelCase("a tool that there is not", {2: [calling(("f", "{}"))]}, {2: 2}),
    ModelCase("arguments of a megabyte", {2: [calling(("calculate", "9" * 1_000_000))]}, {2: 2}),
    ModelCase("a server that is down after a tool", {2: [SIGNALS, status(503)]}, {2: 3}, (BUSY,)),
    ModelCase("an end of file after a tool", {2: [SIGNALS, Answer([*PARTIAL, "cut"])]}, {2: 3}, (DOWN,)),
    ModelCase("calls of tools without an end", {2: [SIGNALS] * 4}, {2: 5}, (BROKEN,)),
    _succeeds_later("a tool's call instead of a judgement", calling(("f", "{}")), reset=BROKEN, turn=JUDGE),
    _succeeds_later("nothing at all", Answer([]), reset=EMPTY),
    _succeeds_later("an empty answer", said(""), reset=EMPTY),
    _succeeds_later("blanks for an answer", said(" ", "\n"), reset=EMPTY),
    _succeeds_later("a refusal, then well", REFUSAL, reset=EMPTY),
    _fails("a refusal for ever", REFUSAL, problem=EMPTY, attempts=3),
    _fails("a content filter", said("A word", finish="content_filter"), problem="model-content-filter", attempts=1),
    ModelCase("an end without finish_reason", {2: [NO_END]}, check=_text("Half of a sen", "unknown")),
    _succeeds_later("no word of an end", NO_WORD_OF_AN_END, reset=DOWN),
    ModelCase("cut by length", {2: [said("Up to here", finish="length")]}, check=_text("Up to here", "length")),
    ModelCase(
        "thoughts in the text",
        {2: [said("<thi", "nk>Hm.\n", "</thin", "k>\n\n", "Spreads ", "widen.")]},
        check=_text("Spreads widen."),
    ),
    ModelCase(
        "thoughts of which only the end is marked",
        {2: [said("Hm, let me ", "see.\n</think>\n", "Spreads ", "widen.")]},
        resets=("thought",),
        check=_spoken,
    ),
    ModelCase(
        "thoughts apart",
        {2: [Answer([*thoughts("Hm.", " So."), *words("Spreads ", "widen."), *end()])]},
        check=_text("Spreads widen."),
    ),
    _succeeds_later("thoughts without an end", said("<think>Hm, ", "and then"), reset=EMPTY),
    ModelCase("a bracket that is no thought", {2: [said("1 <", " 2 <th", "ird")]}, check=_text("1 < 2 <third")),
    ModelCase(
        "an unknown finish_reason and no usage",
        {2: [said("Utilities lead the day.", finish="eos", usage=None)]},
        check=_unknown,
    ),
    ModelCase("no usage", {2: [said("Utilities lead the day.", usage=None)]}, check=_estimated),
    _fails("a flood of words", Answer(["flood of words"]), problem="model-answer-endless", attempts=1),
    _fails("a flood of bytes", Answer(["flood of bytes"]), problem="model-answer-endless", attempts=1),
    ModelCase("a flood of silence", {2: [Answer(["flood of silence"])]}, {2: 1}, failed={2: LATE}, environ=SHORT),
    _succeeds_later("a judgement that is no JSON", said("I judge: risk off."), reset=BROKEN, turn=JUDGE),
    _succeeds_later("a judgement of another form", judged(confidence=7), reset=BROKEN, turn=JUDGE),
    _succeeds_later("a judgement that was refused", REFUSAL, reset=EMPTY, turn=JUDGE),
    _no_verdict("no JSON for ever", said("Risk off."), problem=BROKEN, attempts=3),
    _no_verdict("a judgement cut by length", said('{"stance": "ri', finish="length"), problem="model-cut", attempts=1),
    _no_verdict("a judgement withheld", said("{", finish="content_filter"), problem="model-content-filter", attempts=1),
    _no_verdict("a judge who is down", status(500), problem=DOWN, attempts=3),
)
