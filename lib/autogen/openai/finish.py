"""Read why a server ended its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autogen_core.models import FinishReasons

ERROR = "error"
"""What gateways, OpenRouter among them, say where their own upstream broke off."""

CONTENT_FILTER = "content_filter"

REASONS: dict[str, FinishReasons] = {
    "stop": "stop",
    "length": "length",
    "max_tokens": "length",
    "model_length": "length",
    "tool_calls": "function_calls",
    "function_call": "function_calls",
}


def known(reason: str) -> FinishReasons:
    """Return AutoGen's word for a server's; a reason that is not in REASONS ends the answer all the same."""
    # Gemini's endpoint adds the rule that was broken after a colon.
    if reason.startswith(CONTENT_FILTER):
        return "content_filter"
    return REASONS.get(reason, "unknown")
