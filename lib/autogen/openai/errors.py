"""Tell apart what a model's server says instead of an answer."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple

from lib.autogen.failures import ModelFault
from lib.autogen.openai.fields import items, table, text
from lib.contract.failures import (
    ModelBusy,
    ModelContentFilter,
    ModelContextOverflow,
    ModelKeyRefused,
    ModelQuotaUsedUp,
    ModelRefused,
    ModelUnavailable,
    ModelUnknown,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lib.contract.failures import Failure

CLIENT_ERRORS, ERRORS = range(400, 500), range(400, 600)

LONGEST_RETRY_AFTER = 3_600.0
"""The most seconds that a server may ask a client to stay away."""

MOST_ERROR_CHARACTERS = 16_384
"""What is read of a server's error: its beginning says what it means, and a long one would hold up the loop."""

LONGEST_CODE = 64
"""The most characters that a log has of a provider's error code."""

CODE = re.compile(r"[A-Za-z0-9_.:-]+")


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


OVERFLOW = _words(
    r"context.?(length|window|size)|maximum context|max_model_len|prompt is too long|too many (input )?tokens"
    r"|(input|prompt).{0,30}(too long|exceeds?)|exceeds.{0,60}token (count|limit)"
)
FILTERED = _words(r"content.?(filter|management|policy)|data_inspection_failed|flagged|moderation|safety")
QUOTA = _words(r"insufficient.?(quota|balance|credit|funds)|credit balance|payment.?required|out of credits")
KEY = _words(r"api.?key.{0,60}(invalid|incorrect|not valid|expired)|(invalid|incorrect).{0,20}api.?key")
UNKNOWN = _words(r"model_?not_?found|invalid.?model|unknown model|no such model|model.{0,120}not (exist|found)")
OVERLOADED = _words(r"overloaded|rate.?limit|too many requests|resource_exhausted|at capacity")
TOKENS = _words(r"(?:context (?:length|window|size)|maximum|limit|n_ctx|>)\D{0,40}?(\d{3,8})")


class Rule(NamedTuple):
    """A failure, the statuses that are enough to tell it, and words that tell it where the status is one of others.

    An error inside a stream mostly has no status.
    """

    failure: type[Failure]
    statuses: frozenset[int | None]
    words: re.Pattern[str] | None = None
    where: frozenset[int | None] = frozenset()

    def fits(self, status: int | None, said: str) -> bool:
        """Say whether an error is of this kind."""
        return status in self.statuses or bool(status in self.where and self.words and self.words.search(said))


NOWHERE = frozenset[int | None]()
IN_STREAM = frozenset[int | None]({None})
REFUSING = IN_STREAM | {*CLIENT_ERRORS}

RULES = (
    Rule(ModelQuotaUsedUp, frozenset({402}), QUOTA, REFUSING),
    # 429 and 503 are RFC 6585's and RFC 9110's, 498 is Groq's and 529 Anthropic's.
    Rule(ModelBusy, frozenset({429, 498, 503, 529}), OVERLOADED, IN_STREAM),
    Rule(ModelContextOverflow, NOWHERE, OVERFLOW, IN_STREAM | {*ERRORS}),
    Rule(ModelContentFilter, NOWHERE, FILTERED, REFUSING),
    Rule(ModelKeyRefused, frozenset({401, 403}), KEY, REFUSING),
    Rule(ModelUnknown, frozenset({404}), UNKNOWN, REFUSING),
    Rule(ModelUnavailable, (IN_STREAM | {408, 409, 425, *range(500, 600)}) - {501}),
)
"""The first that fits says what an error means; where none does, the request was refused."""

OUTAGES = (ModelBusy, ModelUnavailable, ModelKeyRefused, ModelUnknown, ModelQuotaUsedUp)
"""What a server says to all debates alike."""


@dataclass(eq=False)
class ServerError(Exception):
    """What a server said instead of an answer: `text` is its own and goes into no log, `code` may."""

    status: int | None
    text: str
    code: str = ""
    retry_after: float = 0.0

    def fault(self, *, refused_tools: bool) -> ModelFault:
        """Return what it means for the turn."""
        failure = next((rule.failure for rule in RULES if rule.fits(self.status, self.text)), ModelRefused)()
        outage = isinstance(failure, OUTAGES)
        fault = ModelFault(failure, outage=outage, retry_after=self.retry_after)
        fault.status, fault.code, fault.refused_tools = self.status, self.code, refused_tools
        if isinstance(failure, ModelContextOverflow):
            fault.context_tokens = _context_tokens(self.text)
        return fault


def of_response(status: int, headers: Mapping[str, str], body: bytes) -> ServerError:
    """Read an answer that is no success; `headers` are found whatever their case."""
    words = body[:MOST_ERROR_CHARACTERS].decode("utf-8", "replace")
    try:
        content: object = json.loads(words)
    except (ValueError, RecursionError):
        content = None
    return ServerError(status, words, _code(content), _retry_after(headers))


def of_event(data: Mapping[str, object], *, named: bool = False) -> ServerError | None:
    """Read an error inside a stream that began well; `named` says that the event's type is an error's."""
    error = data.get("error")
    if not (error or named or data.get("object") == "error"):
        return None
    status = table(error).get("code", data.get("code"))
    known = status if isinstance(status, int) and status in ERRORS else None
    return ServerError(known, json.dumps(data)[:MOST_ERROR_CHARACTERS], _code(data))


def _code(content: object) -> str:
    """Return the provider's name of an error, which is no sentence: Gemini's endpoint wraps it in a list."""
    content = next(iter(items(content)), content)
    error = table(table(content).get("error")) or table(content)
    for name in ("code", "type", "status"):
        if (found := text(error.get(name))[:LONGEST_CODE]) and CODE.fullmatch(found):
            return found
    return ""


def _context_tokens(said: str) -> int | None:
    """Return the size of the context where an overflow names it."""
    found = TOKENS.search(said.replace(",", ""))
    return int(found[1]) if found else None


def _retry_after(headers: Mapping[str, str]) -> float:
    """Return the seconds that a server asks for, by Azure's `retry-after-ms` or by RFC 9110, 10.2.3."""
    for name, unit in (("retry-after-ms", 1_000), ("retry-after", 1)):
        try:
            seconds = float(headers.get(name, "")) / unit
        except ValueError:
            continue
        return min(seconds, LONGEST_RETRY_AFTER) if seconds > 0 else 0.0
    try:
        seconds = parsedate_to_datetime(headers.get("retry-after", "")).timestamp() - time.time()
    except (ValueError, OverflowError):
        return 0.0
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)
