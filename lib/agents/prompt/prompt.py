"""Name the parts of a prompt, and what it is written from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lib.contract.closed import Closed
from lib.contract.events import SteerApplied, TurnCompleted

Purpose = Literal["opening", "rebuttal", "closing", "verdict"]

History = Sequence[TurnCompleted | SteerApplied]
"""The turns and steers that come before a turn, in the order of the log."""

MODERATOR, USER = "moderator", "user"
"""The sources of a Message that no agent wrote."""


class Task(Closed):
    """What one turn is for: `agent` is to give turn number `turn`."""

    agent: str
    turn: int
    round: int
    rounds: int
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class Revision:
    """An answer that its agent is asked to revise, and what is wrong with it."""

    answer: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a prompt; `own` where the prompt's agent gave it in an earlier turn."""

    text: str
    source: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Prompt:
    """Everything that a model reads before one turn. Tool results come between lines of the same `delimiter`."""

    system: str
    messages: tuple[Message, ...]
    delimiter: str
