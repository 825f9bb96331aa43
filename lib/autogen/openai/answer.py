"""Put an answer together from the chunks of its stream (platform.openai.com, API reference, chat streaming)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lib.autogen.openai import usage
from lib.autogen.openai.fields import items, table, text
from lib.autogen.openai.tool_calls import ToolCalls

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autogen_core.models import RequestUsage

REASONING = ("reasoning_content", "reasoning", "thinking")
"""Where servers put thoughts: DeepSeek and vLLM, OpenRouter and Ollama, a few gateways; never two with one text."""


class Delta(NamedTuple):
    """What a chunk adds: speech, and thoughts that are none."""

    speech: str
    thought: str


NOTHING = Delta("", "")


class Answer:
    """What came of an answer so far; no field of any chunk is taken for what it should be."""

    def __init__(self) -> None:
        self.calls = ToolCalls()
        self.usage: RequestUsage | None = None
        self.finish_reason = ""
        self.done = self.begun = False

    @property
    def ended(self) -> bool:
        """Say whether the server ended the answer, by any of its three ways; if not, it broke off."""
        return bool(self.finish_reason) or self.done or self.usage is not None

    def add(self, chunk: Mapping[str, object]) -> Delta:
        """Take a chunk, or a whole answer where the server does not stream."""
        # Most chunks say `"usage": null`, or nothing of it.
        self.usage = usage.read(chunk) or self.usage
        fields = next((choice for found in items(chunk.get("choices")) if (choice := table(found))), None)
        if fields is None:
            return NOTHING
        self.finish_reason = text(fields.get("finish_reason")) or self.finish_reason
        delta = table(fields.get("delta")) or table(fields.get("message"))
        if calls := delta.get("tool_calls"):
            self.calls.add(calls)
        speech, thought = _split(delta.get("content"))
        if not thought:
            thought = next((found for name in REASONING if (found := "".join(_split(delta.get(name))))), "")
        self.begun = self.begun or bool(speech or thought or self.calls)
        return Delta(speech, thought)


def _split(content: object) -> Delta:
    """Return the speech and the thoughts of a content, which Mistral sends as a list of parts."""
    if isinstance(content, str):
        return Delta(content, "")
    speech, thought = "", ""
    for part in items(content):
        fields = table(part)
        speech += part if isinstance(part, str) else text(fields.get("text"))
        thought += "".join(_split(fields.get("thinking")))
    return Delta(speech, thought)
