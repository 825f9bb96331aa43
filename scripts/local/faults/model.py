"""Faults of the model's server, each in a debate that runs in this process with a scripted ModelServer."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from scripts.local.faults.experiment import Ineffective
from scripts.local.faults.model_cases import CASES, difference
from tests.support.model_server import SECRET, ModelServer
from tests.support.moderation import moderating

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.local.faults.experiment import Experiment, Fault
    from scripts.local.faults.model_cases import ModelCase
    from tests.support.stream import Event


async def run(environment: dict[str, str], case: ModelCase) -> tuple[int, list[str]]:
    """Run a debate with a case's fault; return how often the fault was injected, and a sentence for each difference."""
    async with ModelServer().serving() as server:
        server.scripts[case.name] = case.script
        async with moderating(environment, server, **case.environ) as moderation:
            log = await moderation.run_debate(case.name)
        asked = server.requests[case.name]
        injected = sum(min(asked[turn], len(answers)) for turn, answers in case.script.items())
        return injected, [*_differences(case, log, server)] or [*case.check(log, server), *_transcript(log)]


def _differences(case: ModelCase, log: Sequence[Event], server: ModelServer) -> Iterator[str]:
    """Yield where a debate's log differs from what a case declares."""
    requests = {turn: server.requests[case.name][turn] for turn in case.requests}
    resets = tuple(event["reason"] for event in log if event["type"] == "turn.reset")
    failed = {event["turn"]: _name(event["problem"]) for event in log if event["type"] == "turn.failed"}
    ended = _name(log[-1]["problem"]) if log[-1]["type"] == "debate.failed" else log[-1]["type"].split(".")[1]
    yield from difference("the end", ended, case.ended)
    yield from difference("the turns that failed", failed, case.failed)
    yield from difference("the requests for each turn", requests, case.requests)
    if case.resets is not None:
        repeated, dropped = resets[: len(case.resets)], resets[len(case.resets) :]
        yield from difference("the resets", repeated, case.resets)
        if dropped not in {(), tuple(case.failed.values())}:
            yield f"more resets: {dropped}"
    if SECRET in json.dumps(log):
        yield "the provider's error message is in the log"


def _name(problem: dict[str, str]) -> str:
    return problem["type"].removeprefix("urn:problem:")


def _transcript(log: Sequence[Event]) -> Iterator[str]:
    """Assemble the turns as a client does, and yield what is left of a failed attempt."""
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
    yield from difference("the assembled turns", shown, whole)
    failed = [event["turn"] for event in log if event["type"] == "turn.failed" and event["agent"] != "judge"]
    for event in log:
        if event["type"] == "verdict.completed":
            gaps = [gap for gap in event["verdict"]["missing_data"] if "did not speak" in gap]
            yield from difference("the gaps that the verdict names", len(gaps), len(failed))


def _as_fault(case: ModelCase) -> Fault:
    async def fault(experiment: Experiment) -> str:
        await experiment.deployment.workers(0)  # the sweep of a worker would queue this debate, which has no job
        injected, wrong = await run(experiment.deployment.environment, case)
        experiment.in_process.append(wrong)
        if not injected:
            raise Ineffective("the server was not asked for that turn")
        return f"{injected} such answers"

    fault.__name__ = "model_" + re.sub(r"\W+", "_", case.name)
    fault.__doc__ = f"The model's server, in one turn: {case.name}."
    return fault


FAULTS: tuple[Fault, ...] = tuple(map(_as_fault, CASES))
