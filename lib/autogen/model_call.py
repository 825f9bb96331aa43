"""Count the tokens of one model call."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autogen_core import FunctionCall
from autogen_core.models import FunctionExecutionResult

from lib.contract.events import NOTHING, Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen_core.models import CreateResult, LLMMessage

CHARACTERS_PER_TOKEN = 4
"""The characters that count as one token where the server gave no usage."""


@dataclass(slots=True)
class ModelCall:
    """One request to a model and its answer so far, in characters; the output counts thoughts and tool calls, too."""

    input_characters: int
    output_characters: int = 0
    result: CreateResult | None = None

    @property
    def usage(self) -> Usage:
        """Return what the server counted, or an estimate where it answered without counting."""
        if self.result is not None and (counted := self.result.usage).prompt_tokens + counted.completion_tokens:
            return Usage(input_tokens=counted.prompt_tokens, output_tokens=counted.completion_tokens)
        if self.result is None and not self.output_characters:
            return NOTHING
        return estimated_usage(self.input_characters, self.output_characters)


def estimated_usage(input_characters: int, output_characters: int) -> Usage:
    """Estimate the tokens of texts by their characters, as English has them."""
    tokens = [math.ceil(count / CHARACTERS_PER_TOKEN) for count in (input_characters, output_characters)]
    return Usage(input_tokens=tokens[0], output_tokens=tokens[1], estimated=True)


def characters(messages: Sequence[LLMMessage]) -> int:
    """Count the characters that messages give a model to read."""
    return sum(map(_characters, messages))


def _characters(message: LLMMessage) -> int:
    if isinstance(message.content, str):
        return len(message.content)
    calls = (call_characters(part) for part in message.content if isinstance(part, FunctionCall))
    results = (len(part.content) for part in message.content if isinstance(part, FunctionExecutionResult))
    return sum((*calls, *results))


def call_characters(call: FunctionCall) -> int:
    """Count the characters that a model writes to call a tool."""
    return len(call.name) + len(call.arguments)
