"""Count what one question to a model's server cost."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autogen_core import FunctionCall
from autogen_core.models import FunctionExecutionResult

from lib.autogen.openai.responses import Call
from lib.contract.events import NOTHING, Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen_core.models import CreateResult, LLMMessage

CHARACTERS_PER_TOKEN = 4


@dataclass(slots=True)
class ModelCall:
    """A question and its answer, as far as it came: how many characters were read, and written, thoughts included."""

    read: int
    written: int = 0
    result: CreateResult | None = None
    call: Call = field(default_factory=Call)

    @property
    def usage(self) -> Usage:
        """Return what the server counted, or an estimate where it answered and did not say."""
        if self.result is not None and (counted := self.result.usage).prompt_tokens + counted.completion_tokens:
            return Usage(input_tokens=counted.prompt_tokens, output_tokens=counted.completion_tokens)
        if self.result is None and not self.written:
            return NOTHING
        return Usage(input_tokens=_tokens(self.read), output_tokens=_tokens(self.written), estimated=True)

    @property
    def finished(self) -> bool:
        """Say whether the server closed its answer with a reason, however it called it, or counted its tokens."""
        return self.call.finished or (self.result is not None and self.result.usage.completion_tokens > 0)


def characters(messages: Sequence[LLMMessage]) -> int:
    """Count what a model is given to read."""
    return sum(map(_characters, messages))


def _characters(message: LLMMessage) -> int:
    if isinstance(message.content, str):
        return len(message.content)
    calls = (called(part) for part in message.content if isinstance(part, FunctionCall))
    results = (len(part.content) for part in message.content if isinstance(part, FunctionExecutionResult))
    return sum((*calls, *results))


def called(call: FunctionCall) -> int:
    """Count what a model writes to call a tool."""
    return len(call.name) + len(call.arguments)


def _tokens(count: int) -> int:
    return math.ceil(count / CHARACTERS_PER_TOKEN)
