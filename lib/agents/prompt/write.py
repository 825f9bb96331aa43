"""Write the prompt of one turn from the debate so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.agents.prompt import delimiters
from lib.agents.prompt.fitting import estimate, fit
from lib.agents.prompt.instructions import (
    MATERIAL_HEAD,
    MISQUOTES_HEAD,
    PURPOSES,
    REVISE,
    STEER_HEAD,
    SYSTEM,
    TASK_HEAD,
    TOOLS,
    TURN_HEAD,
)
from lib.agents.prompt.prompt import MODERATOR, USER, Message, Prompt
from lib.contract.events import SteerApplied, TurnCompleted

if TYPE_CHECKING:
    from lib.agents.prompt.prompt import History, Revision, Task
    from lib.agents.roster import Agent
    from lib.contract.debate import DebateRequest

CONTENT_WEIGHT, NEW_WEIGHT, OLD_WEIGHT = 8, 2, 1
"""How the tokens of a prompt are divided between the content, each of the newest turns, and each older one."""

NEWEST = 3


def write(
    agent: Agent,
    request: DebateRequest,
    history: History,
    task: Task,
    max_tokens: int | None = None,
    revision: Revision | None = None,
    tool_rounds: int = 0,
) -> Prompt:
    """Write an agent's prompt. It may call tools in `tool_rounds` rounds; `revision` asks it to answer once more.

    The content and the turns are shortened in the middle to keep the prompt within `max_tokens`, as estimated.
    """
    delimiter = delimiters.new_delimiter()
    end = _end(task, revision, delimiter)
    system = _system(agent, delimiter) + (TOOLS.format(rounds=tool_rounds) if tool_rounds else "")
    content, texts = request.content.text, [entry.text for entry in history]
    if max_tokens is not None:
        frame = (
            *(system, _material(request, "", delimiter)),
            *(message.text for message in end),
            *(_head(entry) for entry in history),
        )
        left = max_tokens - sum(map(estimate, frame)) - len(history) * estimate(delimiter) * 2
        content, *texts = _fit([content, *texts], left)
    middle = (_message(entry, text, agent, delimiter) for entry, text in zip(history, texts, strict=True))
    return Prompt(system, (Message(_material(request, content, delimiter), MODERATOR), *middle, *end), delimiter)


def _system(agent: Agent, delimiter: str) -> str:
    cites, never = ("\n".join(f"- {item}" for item in items) for items in (agent.cites, agent.never))
    return SYSTEM.format(mandate=agent.mandate, cites=cites, never=never, delimiter=delimiter, name=agent.name)


def _material(request: DebateRequest, content: str, delimiter: str) -> str:
    """Write the request with this content, as JSON: no line of it can look like a delimiter."""
    shown = request.model_copy(update={"content": request.content.model_copy(update={"text": content})})
    material = shown.model_dump_json(exclude={"rounds", "force"}, exclude_none=True, indent=1)
    return delimiters.headed(MATERIAL_HEAD, material, delimiter)


def _message(entry: TurnCompleted | SteerApplied, text: str, agent: Agent, delimiter: str) -> Message:
    if isinstance(entry, TurnCompleted) and entry.agent == agent.id:
        return Message(delimiters.visible(text), agent.id, own=True)
    source = entry.agent if isinstance(entry, TurnCompleted) else USER
    return Message(delimiters.headed(_head(entry), text, delimiter), source)


def _head(entry: TurnCompleted | SteerApplied) -> str:
    if isinstance(entry, SteerApplied):
        return STEER_HEAD
    return TURN_HEAD.format(turn=entry.turn, round=entry.round, agent=entry.agent)


def _end(task: Task, revision: Revision | None, delimiter: str) -> tuple[Message, ...]:
    instruction = f"{PURPOSES[task.purpose]}\n{TASK_HEAD}{task.model_dump_json()}"
    asked = Message(instruction, MODERATOR)
    if revision is None:
        return (asked,)
    reasons = delimiters.headed(MISQUOTES_HEAD, "\n".join(revision.reasons), delimiter)
    again = Message(f"{reasons}\n{REVISE}\n{instruction}", MODERATOR)
    return (asked, Message(delimiters.visible(revision.answer), task.agent, own=True), again)


def _fit(texts: list[str], max_tokens: int) -> list[str]:
    """Shorten the content, which comes first, and the turns: old turns most, the content least."""
    turns = len(texts) - 1
    weights = [CONTENT_WEIGHT, *(NEW_WEIGHT if turns - place <= NEWEST else OLD_WEIGHT for place in range(turns))]
    return fit(texts, weights, max_tokens)
