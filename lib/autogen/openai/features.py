"""Remember which features of OpenAI's protocol a server refuses, and go on without them."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lib.autogen.openai.errors import ServerError


class Feature(StrEnum):
    """What a request may use and some servers refuse."""

    TOOLS = "tools"
    SCHEMA = "json_schema"
    JSON = "json_object"
    USAGE = "stream_options"
    NAMES = "name"
    CONSECUTIVE = "consecutive messages of one role"
    SYSTEM = "system"
    MAX_TOKENS = "max_tokens"
    MAX_COMPLETION_TOKENS = "max_completion_tokens"


FORM = r"response_format|json_schema|json_object|json mode|structured.?output|grammar|guided|no endpoints"
LIMIT = r"max_tokens|max_completion_tokens"

HINTS: tuple[tuple[Feature, re.Pattern[str]], ...] = tuple(
    (feature, re.compile(pattern, re.IGNORECASE | re.DOTALL))
    for feature, pattern in (
        (Feature.USAGE, r"stream_options|include_usage"),
        (Feature.MAX_TOKENS, LIMIT),
        (Feature.MAX_COMPLETION_TOKENS, LIMIT),
        (Feature.NAMES, r"messages\b.{0,60}\bname\b|property .{0,3}name\b"),
        (Feature.SYSTEM, r"system.{0,10}(role|message|prompt).{0,10}(not supported|unsupported|not allowed)"),
        (Feature.CONSECUTIVE, r"alternat|consecutive|same role"),
        (Feature.SCHEMA, FORM),
        (Feature.JSON, FORM),
        (Feature.TOOLS, r"tool|function.?call|--jinja|no endpoints"),
    )
)
"""How servers name what they refuse, the narrowest words first: sources are the reports in tests' table of quirks."""

ORDER = (Feature.TOOLS, Feature.SCHEMA, Feature.JSON)
"""What is left out first, one at a time, where a refusal does not say what it is about; then all the rest at once."""

REFUSALS = frozenset({400, 404, 422, 501})
"""Statuses that may refuse a feature without naming it; any other does so only where it names the feature."""


class Features:
    """What one server, asked for one model, is known to refuse and to take, for as long as the process lives."""

    def __init__(self) -> None:
        self.refused: frozenset[Feature] = frozenset()
        self._taken: set[Feature] = set()

    def take(self, used: frozenset[Feature], without: frozenset[Feature]) -> None:
        """Learn from an answer to a request that used some features, and did without others.

        What was taken once is not given up: a later refusal had another reason, and cost one request.
        """
        self._taken |= used
        self.refused |= without - self._taken

    def blamed(self, error: ServerError, used: frozenset[Feature]) -> frozenset[Feature]:
        """Return what the next request is to leave out; nothing where the error is no refusal of a feature."""
        for feature, words in HINTS:
            if feature in used and words.search(error.text):
                return frozenset({feature})
        untried = used - self._taken
        if error.status not in REFUSALS or not untried:
            return frozenset()
        first = next((feature for feature in ORDER if feature in untried), None)
        return frozenset({first}) if first else untried
