"""Run the tools that a model calls: bounded in number, size and time, and safe against any arguments."""

from __future__ import annotations

import asyncio
import json
import re
import time
from copy import copy
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any, cast

from autogen_core.tools import FunctionTool, StaticWorkbench, TextResultContent, ToolResult
from pydantic import ValidationError

from lib.agents.prompt.delimiters import delimited
from lib.agents.prompt.fitting import estimate
from lib.agents.tools import toolset
from lib.autogen.turn_listener import ToolUse
from lib.contract import strict_json
from lib.contract.closed import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from autogen_core import CancellationToken, FunctionCall
    from autogen_core.models import FunctionExecutionResult
    from autogen_core.tools import ToolSchema

    from lib.contract.debate import DebateRequest

ROUNDS = 3
"""The most times that an agent may call tools in one turn, before it must speak."""

MOST_CALLS = 8
"""The most calls of one round that are answered; more are dropped."""

MOST_ARGUMENTS, DEEPEST, LARGEST = 2_000, 4, 2**53
"""The most characters of a call's arguments, how deep they may nest, and the largest whole number in them."""

LONGEST_NAME = 64
"""The most characters of a call's id and of a tool's name."""

SECONDS = 2.0
"""How long one call of a tool may take."""

NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]")
"""The characters that servers refuse in a tool's name and a call's id."""

NO_ROOM = "There is no room for more results; speak now, from what you have."
NO_TOOL = "There is no tool of this name."


def tools(request: DebateRequest) -> tuple[DebateTool, ...]:
    """Make AutoGen's tools of a debate."""
    return tuple(
        _unbound(spec.function, len(spec.given), spec.description).bound(spec) for spec in toolset.tools(request)
    )


class DebateTool(FunctionTool):
    """A tool whose schema is computed once for all debates; it takes `tokens` of a model's context."""

    def __init__(self, function: Callable[..., str], description: str) -> None:
        super().__init__(function, description)
        self._schema = super().schema
        self.tokens = estimate(json.dumps(self._schema))

    @property
    def schema(self) -> ToolSchema:
        """Return the schema that was computed at the start."""
        return self._schema

    def bound(self, spec: toolset.ToolSpec) -> DebateTool:
        """Return the same tool with the arguments of one debate."""
        bound = copy(self)
        bound._func = spec.run  # noqa: SLF001 - of its own class
        return bound


@cache
def _unbound(function: Callable[..., str], given: int, description: str) -> DebateTool:
    """Return a tool without a debate: its first arguments, `given` in number, are None."""
    return DebateTool(partial(function, *[None] * given), description)


class Toolbox(StaticWorkbench):
    """The tools of one turn. An error in a call becomes a result that names it.

    AutoGen's agent would wait for ever for a tool that raises, or for arguments on which json raises anything else than
    JSONDecodeError.
    """

    def __init__(self, tools: Sequence[DebateTool], max_tokens: int, delimiter: str) -> None:
        """Give the tools' schemas and results together at most `max_tokens`, as estimated.

        Results are delimited, as they may hold text of a user.
        """
        super().__init__([*tools])
        self._tokens_left = max_tokens - sum(tool.tokens for tool in tools)
        self._calls: dict[str, FunctionCall] = {}
        self._errors: dict[str, str] = {}
        self._uses: dict[str, ToolUse] = {}
        self._delimiter = delimiter

    def admit(self, calls: Sequence[FunctionCall]) -> list[FunctionCall]:
        """Return the calls with ids, names and arguments that an agent can run and a server reads again."""
        return [self._admit(call) for call in calls[:MOST_CALLS]]

    def _admit(self, call: FunctionCall) -> FunctionCall:
        unique = 0 < len(call.id) <= LONGEST_NAME and not NOT_IN_NAMES.search(call.id) and call.id not in self._calls
        call_id = call.id if unique else f"call_{len(self._calls) + 1}"
        try:
            arguments = _json(call.arguments)
        except ValueError as error:
            arguments, self._errors[call_id] = "{}", str(error)
        name = NOT_IN_NAMES.sub("_", call.name)[:LONGEST_NAME] or "_"
        # A copy, as the call may be a provider's own, with more in it.
        self._calls[call_id] = replace(call, id=call_id, name=name, arguments=arguments)
        return self._calls[call_id]

    async def call_tool(
        self,
        name: str,
        arguments: Mapping[str, Any] | None = None,
        cancellation_token: CancellationToken | None = None,
        call_id: str | None = None,
    ) -> ToolResult:
        """Return the result of an admitted call. Never raises."""
        started, key = time.perf_counter(), call_id or ""
        refusal = self._errors.get(key) or self._refusal(name, arguments or {})
        try:
            async with asyncio.timeout(SECONDS):
                result = (
                    _error(name, refusal) if refusal else await super().call_tool(name, arguments, cancellation_token)
                )
        except TimeoutError:
            result = _error(name, f"The tool took more than {SECONDS:.0f} s and was left.")
        if result.is_error and not refusal:
            result = _error(name, result.to_text())
        self._tokens_left -= estimate(result.to_text())
        if self._tokens_left < 0:
            result = _error(name, NO_ROOM)
        text, ms = result.to_text(), round((time.perf_counter() - started) * 1_000)
        self._uses[key] = ToolUse(name, json.loads(self._calls[key].arguments), text, ms)
        return _result(name, delimited(text, self._delimiter), is_error=result.is_error)

    def _refusal(self, name: str, arguments: Mapping[str, Any]) -> str | None:
        """Say what is wrong with arguments, without their values."""
        model = next(tool.args_type() for tool in self._tools if tool.name == name)
        if arguments.keys() - model.model_fields.keys():
            return f"There are no other arguments than {', '.join(model.model_fields)}."
        try:
            model.model_validate(arguments)
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            return f"{'.'.join(map(str, first['loc']))}: {first['msg']}."
        return None

    def use(self, result: FunctionExecutionResult) -> ToolUse:
        """Return the call that an agent's result answers, with the result as it was before it was delimited."""
        call = self._calls[result.call_id]
        unknown = ToolUse(call.name, json.loads(call.arguments), json.dumps({"error": NO_TOOL}), 0)
        return self._uses.get(call.id, unknown)


def _json(text: str) -> str:
    """Return arguments as JSON that every reader takes. Raises ValueError with what is wrong."""
    if len(text) > MOST_ARGUMENTS:
        raise ValueError(f"The arguments have more than {MOST_ARGUMENTS:,} characters.")
    try:
        return json.dumps(_plain(_object(text or "{}")), ensure_ascii=False)
    except strict_json.NotStrict as error:
        raise ValueError(f"What was given for arguments {error}.") from None


def _object(text: str) -> object:
    found = strict_json.decode(text)
    if not isinstance(found, dict):
        raise strict_json.NotStrict("is no JSON object")
    return cast("object", found)


def _plain(value: object, depth: int = 0) -> object:
    """Return a value as PostgreSQL and every reader of JSON take it. Raises ValueError with what is wrong."""
    if depth > DEEPEST:
        raise ValueError("The arguments nest too deep.")
    match value:
        case str():
            return clean(value)
        case int() | float() if abs(value) > LARGEST:
            raise ValueError("The arguments hold a number that is too large.")
        case list():
            return [_plain(part, depth + 1) for part in cast("list[object]", value)]
        case dict():
            return {clean(key): _plain(part, depth + 1) for key, part in cast("dict[str, object]", value).items()}
        case _:
            return value


def _error(name: str, text: str) -> ToolResult:
    return _result(name, clean(json.dumps({"error": text}, ensure_ascii=False)), is_error=True)


def _result(name: str, text: str, *, is_error: bool) -> ToolResult:
    return ToolResult(name=name, result=[TextResultContent(content=text)], is_error=is_error)
