"""Describe the events of a debate's log."""

from __future__ import annotations

from typing import Annotated, Literal, cast, get_args
from uuid import UUID

from pydantic import AwareDatetime, Field, JsonValue, create_model

from lib.contract.closed import Closed, ModelText
from lib.contract.failures import EventProblem
from lib.contract.verdict import Verdict


class Usage(Closed):
    """Tokens as the model's server counted them; if it did not, `estimated` from the number of characters."""

    input_tokens: int
    output_tokens: int
    estimated: bool = False

    def __add__(self, more: Usage) -> Usage:
        """Return the sum."""
        return Usage(
            input_tokens=self.input_tokens + more.input_tokens,
            output_tokens=self.output_tokens + more.output_tokens,
            estimated=self.estimated or more.estimated,
        )


NOTHING = Usage(input_tokens=0, output_tokens=0)


class Spent(Usage):
    """Tokens and their cost; `cost_usd` is null if DEBATE_PRICES has no price for the model."""

    cost_usd: float | None


class DebateUsage(Spent):
    """The sum over all attempts at all turns of a debate, and the same by agent."""

    agents: dict[str, Spent]


class EventModel(Closed):
    """The base of all events of a debate's log."""

    def data_json(self) -> str:
        """Return all members but `type` as JSON, as the column `data` of the log holds them."""
        return self.model_dump_json(exclude={"type"})


class DebateQueued(EventModel):
    type: Literal["debate.queued"] = "debate.queued"
    title: str
    rounds: int
    agents: tuple[str, ...]


class DebateStarted(EventModel):
    """A worker took the debate; `attempt` is 2 and more after a takeover."""

    type: Literal["debate.started"] = "debate.started"
    model: str
    attempt: int
    agents_version: str


class TurnStarted(EventModel):
    type: Literal["turn.started"] = "turn.started"
    turn: int
    round: int
    agent: str
    role: Literal["debater", "judge"]
    attempt: int


class TurnDelta(EventModel):
    type: Literal["turn.delta"] = "turn.delta"
    turn: int
    text: str


class TurnReset(EventModel):
    """The partial text of the turn is dropped; `usage` is what it cost nevertheless."""

    type: Literal["turn.reset"] = "turn.reset"
    turn: int
    reason: str
    usage: Usage = NOTHING


class TurnCompleted(EventModel):
    """The whole text of a turn, which replaces its deltas."""

    type: Literal["turn.completed"] = "turn.completed"
    turn: int
    round: int
    agent: str
    text: str
    finish_reason: str
    usage: Usage
    model: str


class TurnFailed(EventModel):
    """A turn that is left out of the debate."""

    type: Literal["turn.failed"] = "turn.failed"
    turn: int
    round: int
    agent: str
    problem: EventProblem
    usage: Usage = NOTHING


class ToolCompleted(EventModel):
    """A tool call ended after `ms` milliseconds; `result` is JSON, an error object if the call failed.

    A turn.reset does not undo it.
    """

    type: Literal["tool.completed"] = "tool.completed"
    turn: int
    name: str
    arguments: dict[str, JsonValue]
    result: ModelText
    ms: int


class SteerAccepted(EventModel):
    """The user said `text`, which the agents read from the next turn on; `steer` counts from 1 in each debate."""

    type: Literal["steer.accepted"] = "steer.accepted"
    steer: int
    text: str


class SteerApplied(EventModel):
    """The steer is part of the debate: the agent of every later turn has read it."""

    type: Literal["steer.applied"] = "steer.applied"
    steer: int
    text: str


class VerdictCompleted(EventModel):
    type: Literal["verdict.completed"] = "verdict.completed"
    verdict: Verdict


class DebateCompleted(EventModel):
    type: Literal["debate.completed"] = "debate.completed"
    usage: DebateUsage | None = None


class DebateFailed(EventModel):
    type: Literal["debate.failed"] = "debate.failed"
    problem: EventProblem
    usage: DebateUsage | None = None


class DebateCancelled(EventModel):
    type: Literal["debate.cancelled"] = "debate.cancelled"
    usage: DebateUsage | None = None


DebateEnd = DebateCompleted | DebateFailed | DebateCancelled
"""The last event of a debate; nothing is written after it."""

Event = (
    DebateQueued
    | DebateStarted
    | TurnStarted
    | TurnDelta
    | TurnReset
    | TurnCompleted
    | TurnFailed
    | ToolCompleted
    | SteerAccepted
    | SteerApplied
    | VerdictCompleted
    | DebateEnd
)
"""What a writer appends; the log adds the envelope. Every match over it ends in assert_never."""


def _type_of(event: type[Event]) -> str:
    return event.model_fields["type"].default


TERMINAL = frozenset(map(_type_of, get_args(DebateEnd)))
"""The types of DebateEnd."""


class Envelope(Closed):
    """What the log adds to an event: its place in the log, its debate and the time at which it was written."""

    seq: Annotated[int, Field(ge=1)]
    debate_id: UUID
    at: AwareDatetime


def _enveloped(event: type[Event]) -> type[Event]:
    enveloped = create_model(f"{event.__name__}Event", __base__=(Envelope, event), __doc__=event.__doc__)
    return cast("type[Event]", enveloped)


ENVELOPED: dict[str, type[Event]] = {_type_of(event): _enveloped(event) for event in get_args(Event)}
"""The events as they cross the wire, by type."""
