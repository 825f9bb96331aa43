"""Let an agent use tools: bounded in number, size and time, and whatever a model makes of them."""

from __future__ import annotations

import asyncio
import json
import re
import time
from copy import copy
from functools import cache, partial
from typing import TYPE_CHECKING, Any, cast

from autogen_core import FunctionCall
from autogen_core.tools import FunctionTool, StaticWorkbench, TextResultContent, ToolResult
from pydantic import ValidationError

from lib.agents.prompt.delimiters import delimited
from lib.agents.prompt.fitting import estimate
from lib.agents.tools import toolset
from lib.autogen.turn_listener import Use
from lib.contract import strict_json
from lib.contract.closed import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from autogen_core import CancellationToken
    from autogen_core.models import FunctionExecutionResult
    from autogen_core.tools import ToolSchema

    from lib.contract.debate import DebateRequest

ROUNDS = 3
"""So many times may an agent call tools in one turn, before it must speak."""

MOST_CALLS = 8
"""What of the calls of one round is answered; more are dropped."""

MOST_ARGUMENTS, DEEPEST, LARGEST = 2_000, 4, 2**53
LONGEST_NAME = 64
SECONDS = 2.0

ODD = re.compile(r"[^A-Za-z0-9_-]")
"""What no server takes in a name."""

NO_ROOM = "There is no room for more results; speak now, from what you have."
NO_TOOL = "There is no tool of this name."


def made(request: DebateRequest) -> tuple[Tool, ...]:
    """Make a debate's tools fit for AutoGen's agents."""
    return tuple(_form(tool.function, len(tool.given), tool.description).of(tool) for tool in toolset.tools(request))


class Tool(FunctionTool):
    """A tool whose schema was worked out once for all debates, with the `tokens` that it takes of a model's context."""

    def __init__(self, function: Callable[..., str], description: str) -> None:
        """Work it out."""
        super().__init__(function, description)
        self._schema = super().schema
        self.tokens = estimate(json.dumps(self._schema))

    @property
    def schema(self) -> ToolSchema:
        """Return what a model reads of it."""
        return self._schema

    def of(self, tool: toolset.ToolSpec) -> Tool:
        """Return the same for one debate."""
        bound = copy(self)
        bound._func = tool.run  # noqa: SLF001 - of its own class
        return bound


@cache
def _form(function: Callable[..., str], given: int, description: str) -> Tool:
    """Return a tool that nothing of a debate was given to."""
    return Tool(partial(function, *[None] * given), description)


class Toolbox(StaticWorkbench):
    """The tools of one turn; whatever is wrong with a call becomes a result that says so.

    AutoGen's agent waits for ever for a tool that raises, or whose arguments Python's json raises anything unusual for.
    """

    def __init__(self, made: Sequence[Tool], tokens: int, mark: str) -> None:
        """Hold these, whose schemas and results may have so many tokens.

        The model reads the results between lines of the mark, as they may hold what a user wrote.
        """
        super().__init__([*made])
        self._room = tokens - sum(tool.tokens for tool in made)
        self._calls: dict[str, FunctionCall] = {}
        self._wrong: dict[str, str] = {}
        self._uses: dict[str, Use] = {}
        self._mark = mark

    def admit(self, calls: Sequence[FunctionCall]) -> list[FunctionCall]:
        """Return the calls as an agent can carry them out, and a server can read them again."""
        return [self._admit(call) for call in calls[:MOST_CALLS]]

    def _admit(self, call: FunctionCall) -> FunctionCall:
        unique = 0 < len(call.id) <= LONGEST_NAME and not ODD.search(call.id) and call.id not in self._calls
        call_id = call.id if unique else f"call_{len(self._calls) + 1}"
        try:
            arguments = _read(call.arguments)
        except ValueError as error:
            arguments, self._wrong[call_id] = "{}", str(error)
        name = ODD.sub("_", call.name)[:LONGEST_NAME] or "_"
        self._calls[call_id] = FunctionCall(id=call_id, name=name, arguments=arguments)
        return self._calls[call_id]

    async def call_tool(
        self,
        name: str,
        arguments: Mapping[str, Any] | None = None,
        cancellation_token: CancellationToken | None = None,
        call_id: str | None = None,
    ) -> ToolResult:
        """Answer a call that was admitted. Never raises."""
        began, key = time.perf_counter(), call_id or ""
        wrong = self._wrong.get(key) or self._refusal(name, arguments or {})
        try:
            async with asyncio.timeout(SECONDS):
                result = _error(name, wrong) if wrong else await super().call_tool(name, arguments, cancellation_token)
        except TimeoutError:
            result = _error(name, f"The tool took more than {SECONDS:.0f} s and was left.")
        if result.is_error and not wrong:
            result = _error(name, result.to_text())
        self._room -= estimate(result.to_text())
        if self._room < 0:
            result = _error(name, NO_ROOM)
        text, ms = result.to_text(), round((time.perf_counter() - began) * 1_000)
        self._uses[key] = Use(name, json.loads(self._calls[key].arguments), text, ms)
        return _result(name, delimited(text, self._mark), is_error=result.is_error)

    def _refusal(self, name: str, arguments: Mapping[str, Any]) -> str | None:
        """Say what is wrong with arguments, and nothing of what they hold."""
        model = next(tool.args_type() for tool in self._tools if tool.name == name)
        if arguments.keys() - model.model_fields.keys():
            return f"There are no other arguments than {', '.join(model.model_fields)}."
        try:
            model.model_validate(arguments)
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            return f"{'.'.join(map(str, first['loc']))}: {first['msg']}."
        return None

    def use(self, result: FunctionExecutionResult) -> Use:
        """Say how a tool was used, from the result that the agent got."""
        call = self._calls[result.call_id]
        unknown = Use(call.name, json.loads(call.arguments), json.dumps({"error": NO_TOOL}), 0)
        return self._uses.get(call.id, unknown)


def _read(text: str) -> str:
    """Return arguments as JSON that anybody can read. Raises ValueError."""
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
    """Return a value as PostgreSQL and every reader of JSON can hold it. Raises ValueError."""
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
