"""List how a server of OpenAI's protocol can be held to a form (https://platform.openai.com/docs/api-reference/chat)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.agents.verdict import judgement
from lib.autogen.provider import NO_FORM

if TYPE_CHECKING:
    from lib.autogen.provider import CreateArgs

JSON_FORMS: tuple[CreateArgs, ...] = (
    {
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "judgement", "strict": True, "schema": judgement.SCHEMA},
        }
    },
    {"response_format": {"type": "json_object"}},
    NO_FORM,
)

SINGLE_TOKEN: CreateArgs = {"max_tokens": 1}
