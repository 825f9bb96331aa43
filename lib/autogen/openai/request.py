"""Write a request in OpenAI's form (platform.openai.com, API reference, create chat completion)."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, cast

from autogen_core.models import AssistantMessage, FunctionExecutionResultMessage, SystemMessage, UserMessage
from autogen_core.tools import Tool

from lib.autogen.openai.features import Feature
from lib.autogen.openai.fields import table
from lib.autogen.openai.tool_calls import SignedCall

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from autogen_core import FunctionCall
    from autogen_core.models import LLMMessage
    from autogen_core.tools import ToolSchema
    from pydantic import BaseModel

Message = dict[str, Any]

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What OpenAI takes for the `name` of a message's author."""


def options(
    tool_choice: Tool | str, json_output: type[BaseModel] | Literal[True, False] | None, extra: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the options of a request that AutoGen's arguments ask for."""
    asked = dict(extra)
    if isinstance(tool_choice, Tool):
        asked["tool_choice"] = {"type": "function", "function": {"name": tool_choice.name}}
    elif tool_choice != "auto":
        asked["tool_choice"] = tool_choice
    if isinstance(json_output, type):
        schema = {"name": json_output.__name__, "schema": json_output.model_json_schema()}
        asked["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif json_output:
        asked["response_format"] = {"type": "json_object"}
    return asked


def body(
    model: str,
    messages: Sequence[LLMMessage],
    tools: Sequence[Tool | ToolSchema],
    options: Mapping[str, Any],
    without: frozenset[Feature],
) -> dict[str, Any]:
    """Return the body of a request for a stream; `options` that are None are left out."""
    asked: dict[str, Any] = {"model": model, "messages": _messages(messages, without), "stream": True}
    if Feature.USAGE not in without:
        asked["stream_options"] = {"include_usage": True}
    if tools and Feature.TOOLS not in without:
        asked["tools"] = [_tool(tool) for tool in tools]
    for name, value in options.items():
        asked |= _option(name, value, without) if value is not None else {}
    return asked


def used(body: Mapping[str, Any]) -> frozenset[Feature]:
    """Return the features that a request uses."""
    messages: Sequence[Message] = body["messages"]
    roles = [message["role"] for message in messages]
    form = body.get("response_format", {}).get("type")
    found = {
        Feature.TOOLS: "tools" in body,
        Feature.SCHEMA: form == "json_schema",
        Feature.JSON: form == "json_object",
        Feature.USAGE: "stream_options" in body,
        Feature.NAMES: any("name" in message for message in messages),
        Feature.CONSECUTIVE: any(role == after != "tool" for role, after in pairwise(roles)),
        Feature.SYSTEM: "system" in roles,
        Feature.MAX_TOKENS: "max_tokens" in body,
        Feature.MAX_COMPLETION_TOKENS: "max_completion_tokens" in body,
    }
    return frozenset(feature for feature, uses in found.items() if uses)


def _option(name: str, value: object, without: frozenset[Feature]) -> dict[str, object]:
    if name == "max_tokens" and Feature.MAX_TOKENS in without:
        name = "max_completion_tokens"
    if name == "max_completion_tokens" and Feature.MAX_COMPLETION_TOKENS in without:
        return {}
    form = table(value).get("type") if name == "response_format" else None
    if form == "json_schema" and Feature.SCHEMA in without:
        form, value = "json_object", {"type": "json_object"}
    # Where the server takes no object either, the words of the task must do.
    return {} if form == "json_object" and Feature.JSON in without else {name: value}


def _tool(tool: Tool | ToolSchema) -> dict[str, Any]:
    schema = cast("Mapping[str, Any]", tool.schema if isinstance(tool, Tool) else tool)
    fields = ("name", "description", "parameters")
    return {"type": "function", "function": {name: schema[name] for name in fields if name in schema}}


def _messages(messages: Sequence[LLMMessage], without: frozenset[Feature]) -> list[Message]:
    written = [part for message in messages for part in _parts(message)]
    if without & {Feature.NAMES, Feature.CONSECUTIVE, Feature.SYSTEM}:
        for message in written:
            message.pop("name", None)
    if Feature.SYSTEM in without:
        for message in written:
            message["role"] = "user" if message["role"] == "system" else message["role"]
    if without & {Feature.CONSECUTIVE, Feature.SYSTEM}:
        written = list(_merged(written))
    return written


def _parts(message: LLMMessage) -> Iterator[Message]:
    match message:
        case SystemMessage():
            yield {"role": "system", "content": message.content}
        case UserMessage():
            named = {"name": message.source} if NAME.fullmatch(message.source) else {}
            yield {"role": "user", "content": _words(message.content)} | named
        case AssistantMessage():
            yield {"role": "assistant"} | _said(message)
        case FunctionExecutionResultMessage():
            for result in message.content:
                yield {"role": "tool", "content": result.content, "tool_call_id": result.call_id}


def _words(content: str | Sequence[object]) -> str:
    """Return the text of a message; images are nothing that a debate has."""
    return content if isinstance(content, str) else "\n".join(part for part in content if isinstance(part, str))


def _said(message: AssistantMessage) -> Message:
    if isinstance(message.content, str):
        return {"content": message.content}
    return {"content": message.thought, "tool_calls": [_call(call) for call in message.content]}


def _call(call: FunctionCall) -> Message:
    extra = {"extra_content": call.extra_content} if isinstance(call, SignedCall) else {}
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}} | extra


def _merged(messages: Sequence[Message]) -> Iterator[Message]:
    """Put consecutive messages of one role together, but for those that call tools or answer a call."""
    held: Message | None = None
    for message in messages:
        if held and held["role"] == message["role"] and {*held, *message} == {"role", "content"}:
            held["content"] += f"\n\n{message['content']}"
            continue
        if held:
            yield held
        held = message
    if held:
        yield held
