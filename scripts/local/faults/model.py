"""Faults of the model and its server, each in a debate that is held here with a scripted one."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from scripts.local.faults.rows import ROWS, other
from scripts.local.faults.trial import Ineffective
from tests.support.model_server import SECRET, ModelServer
from tests.support.moderation import moderating

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.local.faults.rows import Row
    from scripts.local.faults.trial import Fault, Trial
    from tests.support.stream import Event


async def hold(environment: dict[str, str], row: Row) -> tuple[int, list[str]]:
    """Hold a debate against the fault of a row; return how often the server did as it says, and what is wrong."""
    async with ModelServer().serving() as server:
        server.scripts[row.name] = row.script
        async with moderating(environment, server, **row.environ) as moderation:
            log = await moderation.run_debate(row.name)
        asked = server.requests[row.name]
        struck = sum(min(asked[turn], len(answers)) for turn, answers in row.script.items())
        return struck, [*_wrong(row, log, server)] or [*row.check(log, server), *_transcript(log)]


def _wrong(row: Row, log: Sequence[Event], server: ModelServer) -> Iterator[str]:
    """Yield what of a debate's log is not what a row declares."""
    requests = {turn: server.requests[row.name][turn] for turn in row.requests}
    resets = tuple(event["reason"] for event in log if event["type"] == "turn.reset")
    failed = {event["turn"]: _name(event["problem"]) for event in log if event["type"] == "turn.failed"}
    ended = _name(log[-1]["problem"]) if log[-1]["type"] == "debate.failed" else log[-1]["type"].split(".")[1]
    yield from other("the end", ended, row.ended)
    yield from other("the turns that failed", failed, row.failed)
    yield from other("the requests for each turn", requests, row.requests)
    if row.resets is not None:
        repeated, dropped = resets[: len(row.resets)], resets[len(row.resets) :]
        yield from other("the resets", repeated, row.resets)
        if dropped not in {(), tuple(row.failed.values())}:
            yield f"more resets: {dropped}"
    if SECRET in json.dumps(log):
        yield "the provider's own words are in the log"


def _name(problem: dict[str, str]) -> str:
    return problem["type"].removeprefix("urn:problem:")


def _transcript(log: Sequence[Event]) -> Iterator[str]:
    """Fold as the simplest client would, and yield what is left of a failed attempt."""
    shown: dict[int, str] = {}
    whole: dict[int, str] = {}
    for event in log:
        match event["type"]:
            case "turn.delta":
                shown[event["turn"]] = shown.get(event["turn"], "") + event["text"]
            case "turn.reset":
                shown.pop(event["turn"], None)
            case "turn.completed" if event["agent"] != "judge":
                whole[event["turn"]] = event["text"]
            case _:
                pass
    yield from other("what a client put together", shown, whole)
    failed = [event["turn"] for event in log if event["type"] == "turn.failed" and event["agent"] != "judge"]
    for event in log:
        if event["type"] == "verdict.completed":
            gaps = [gap for gap in event["verdict"]["missing_data"] if "did not speak" in gap]
            yield from other("the gaps that the verdict names", len(gaps), len(failed))


def _fault(row: Row) -> Fault:
    async def fault(trial: Trial) -> str:
        await trial.stand.workers(0)  # none may find this debate without a job
        struck, wrong = await hold(trial.stand.environment, row)
        trial.held.append(wrong)
        if not struck:
            raise Ineffective("the server was not asked for that turn")
        return f"{struck} such answers"

    fault.__name__ = "model_" + re.sub(r"\W+", "_", row.name)
    fault.__doc__ = f"Have the model's server do this in one turn: {row.name}."
    return fault


FAULTS: tuple[Fault, ...] = tuple(map(_fault, ROWS))
