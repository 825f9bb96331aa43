"""Say how a server of OpenAI's protocol is held to a form (https://platform.openai.com/docs/api-reference/chat)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.agents.verdict import judgement

if TYPE_CHECKING:
    from lib.autogen.provider import CreateArgs

JSON_FORM: CreateArgs = {
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "judgement", "strict": True, "schema": judgement.SCHEMA},
    }
}
"""The strictest; lib.autogen.openai.features goes down from it."""

SINGLE_TOKEN: CreateArgs = {"max_tokens": 1}
