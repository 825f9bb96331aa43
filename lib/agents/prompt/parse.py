"""Parse the messages that lib.agents.prompt.write has written, for a model that works by rules."""

from __future__ import annotations

import re

from lib.agents.prompt.delimiters import PATTERN
from lib.agents.prompt.instructions import MATERIAL_HEAD, STEER_HEAD, TASK_HEAD, TURN_HEAD
from lib.agents.prompt.prompt import Task
from lib.contract.closed import Closed
from lib.contract.debate import DebateRequest

TURN_PATTERN = TURN_HEAD.format(turn=r"(?P<turn>\d+)", round=r"(?P<round>\d+)", agent=r"(?P<agent>\w+)")


class ParsedTurn(Closed):
    """Another agent's turn, as a prompt shows it."""

    turn: int
    round: int
    agent: str
    text: str


def material(text: str) -> DebateRequest:
    """Return the request that is debated. Raises ValueError for any other text."""
    return DebateRequest.model_validate_json(_parse(MATERIAL_HEAD, text, "material")["text"])


def turn(text: str) -> ParsedTurn:
    """Return another agent's turn. Raises ValueError for any other text."""
    found = _parse(TURN_PATTERN, text, "turn")
    return ParsedTurn(turn=int(found["turn"]), round=int(found["round"]), agent=found["agent"], text=found["text"])


def steer(text: str) -> str:
    """Return what the user said. Raises ValueError for any other text."""
    return _parse(STEER_HEAD, text, "steer")["text"]


def task(text: str) -> Task:
    """Return the task that ends the last message. Raises ValueError for any other text."""
    return Task.model_validate_json(text.rpartition(TASK_HEAD)[2])


def _parse(head: str, text: str, noun: str) -> re.Match[str]:
    found = re.fullmatch(rf"{head}\n(?P<delimiter>{PATTERN})\n(?P<text>.*)\n(?P=delimiter)", text, re.DOTALL)
    if found is None:
        raise ValueError(f"this text is no {noun} of a prompt")
    return found
