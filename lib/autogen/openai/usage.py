"""Read how many tokens a server says that it read and wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogen_core.models import RequestUsage

from lib.autogen.openai.fields import table

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_TOKENS = 1_000_000_000
"""More than any model reads at once; the sums of a debate stay within a bigint."""


def read(chunk: Mapping[str, object]) -> RequestUsage | None:
    """Return the usage of a chunk, or None where it is missing or cannot be true."""
    usage = table(chunk.get("usage")) or table(table(chunk.get("x_groq")).get("usage"))
    if not usage:
        return None
    read, total = _tokens(usage, "prompt_tokens", "input_tokens"), _tokens(usage, "total_tokens")
    written = _tokens(usage, "completion_tokens", "output_tokens")
    if written is None and read is not None and total is not None and total >= read:
        written = total - read
    if read is None or written is None:
        return None
    return RequestUsage(prompt_tokens=read, completion_tokens=written)


def _tokens(usage: Mapping[str, object], *names: str) -> int | None:
    """Return the first of these fields that is a whole number of tokens."""
    for name in names:
        value = usage.get(name)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS:
            return value
    return None
