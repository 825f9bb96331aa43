"""Describe the functions as OpenAPI 3.1 does, from the manifest and the contract."""

from __future__ import annotations

import re
from collections import defaultdict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from lib.contract import problems
from scripts.local.describe.parameters import PARAMETERS, parameter
from scripts.local.describe.schemas import PROBLEM, ref, schemas

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lib.contract.problems import Problem
    from lib.manifest import Function

Json = dict[str, Any]

TITLE = "Gayed Signals debates"
VERSION = "1"
ABOUT = """\
Three agents debate a piece of financial content, live in front of a signed-in user, and a judge closes with a verdict
whose every quote can be checked. Nothing of it is investment advice.

Every error is a problem (RFC 9457). An event stream is resumed with `Last-Event-ID`; it says `stream.reconnect` where
it ends before its debate does."""
SESSION: Json = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "A session token of Clerk's, asked for anew for each request: `await getToken()`.",
}

OF_ALL = (problems.MalformedRequest, problems.RequestTimeout, problems.HeadTooLarge, problems.InternalError)
OF_A_SESSION = (problems.SessionRequired, problems.Unavailable)
OF_A_BODY = (problems.BodyTooLarge, problems.UnsupportedMediaType, problems.InvalidRequest)

PASSING = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}

TEXT: Json = {"type": "string"}


def _header(description: str, schema: Json = TEXT) -> Json:
    return {"description": description, "required": True, "schema": schema}


CHUNK: Json = {
    "description": "Each message of a stream of the AI SDK: a chunk as JSON, or `[DONE]`; none is named.",
    "type": "object",
    "properties": {"id": TEXT, "event": {"const": "message"}, "data": TEXT},
    "required": ["data"],
}
REQUEST_ID = _header("Names the request in the logs.")
RETRY_AFTER = _header("The seconds after which to come again.", {"type": "integer", "minimum": 1})
CHALLENGE = _header("How to authenticate.")
DEBATE_ID = _header("The debate's id.", PARAMETERS["debate_id"][1])
LOCATION = _header("The path of the debate's stream.")
AI_SDK = _header("Says that the stream is one of the AI SDK's.")
ETAG = _header("Names what is answered, for `If-None-Match`.")


def document(functions: Iterable[Function]) -> Json:
    """Return the document of these functions; a consumer of events is no part of it."""
    routed = [function for function in functions if function.path]
    paths: dict[str, Json] = defaultdict(dict)
    for function in routed:
        paths[function.path or ""][(function.method or "").lower()] = _operation(function)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": VERSION, "description": ABOUT},
        "paths": dict(paths),
        "components": {"schemas": schemas(routed), "securitySchemes": {"session": SESSION}},
    }


def _operation(function: Function) -> Json:
    path = function.path or ""
    names = (*re.findall(r"{(\w+)}", path), *function.query, *function.headers)
    operation: Json = {
        "operationId": function.name,
        "summary": function.summary,
        "security": [{"session": []}] if function.auth == "session" else [],
        "parameters": [parameter(name, path) for name in names],
        "responses": _successes(function) | _refusals(function),
    }
    if function.request:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": ref(function.request)}},
        }
    return operation


def _successes(function: Function) -> dict[str, Json]:
    content: dict[str, dict[str, Json]] = defaultdict(dict)
    status = str(function.status)
    content[status] = {}
    if function.response:
        content[status]["application/json"] = {"schema": ref(function.response)}
    if function.events:
        content[status]["text/event-stream"] = {"schema": _messages(function)}
    for also in function.also:
        other, _, media_type = also.partition(" ")
        content[other] |= {media_type: {"schema": _form(function, media_type)}} if media_type else {}
    return {status: _success(function, status, found) for status, found in content.items()}


def _form(function: Function, media_type: str) -> Json:
    """Describe a body of this media type; JSON that is no model of ours is an object."""
    match media_type:
        case "application/json":
            return ref(function.response) if function.response else {"type": "object"}
        case "text/event-stream":
            return CHUNK
        case _:
            return TEXT


def _messages(function: Function) -> Json:
    """Describe each message of an event stream, as OpenAPI 3.2 has it; 3.1 knows only whole bodies."""
    data = TEXT | {"contentMediaType": "application/json", "contentSchema": ref(function.events or "")}
    event = {
        "description": "Each message of the stream.",
        "type": "object",
        "properties": {"id": TEXT, "event": TEXT, "data": data},
        "required": ["event", "data"],
    }
    return {"anyOf": [event, CHUNK]} if "format" in function.query else event


def _success(function: Function, status: str, content: Mapping[str, Json]) -> Json:
    headers = {"X-Request-Id": REQUEST_ID}
    if function.status == HTTPStatus.CREATED:
        headers |= {"Location": LOCATION, "X-Debate-Id": DEBATE_ID}
    if function.events:
        headers |= {"X-Debate-Id": DEBATE_ID, "X-Vercel-AI-UI-Message-Stream": AI_SDK | {"required": False}}
    elif "text/event-stream" in content:
        headers |= {"X-Debate-Id": DEBATE_ID | {"required": False}, "X-Vercel-AI-UI-Message-Stream": AI_SDK}
    if "If-None-Match" in function.headers:
        headers |= {"ETag": ETAG}
    described = function.summary if status == str(function.status) else HTTPStatus(int(status)).phrase
    return {"description": described, "headers": headers} | ({"content": dict(content)} if content else {})


def _refusals(function: Function) -> dict[str, Json]:
    """Return the problems that the function may answer with, by status."""
    own = tuple(getattr(problems, name) for name in function.problems)
    session = OF_A_SESSION if function.auth == "session" else ()
    by_status: dict[int, set[type[Problem]]] = defaultdict(set)
    for problem in (*OF_ALL, *session, *(OF_A_BODY if function.request else ()), *own):
        by_status[problem.status].add(problem)
    return {str(status): _refusal(by_status[status]) for status in sorted(by_status)}


def _refusal(kinds: Iterable[type[Problem]]) -> Json:
    ordered = sorted(kinds, key=lambda kind: kind.__name__)
    headers = {"X-Request-Id": REQUEST_ID}
    for kind in ordered:
        headers |= {"WWW-Authenticate": CHALLENGE} if "WWW-Authenticate" in kind.headers else {}
        headers |= {"Retry-After": RETRY_AFTER} if kind.status in PASSING else {}
    return {
        "description": "; ".join(f"`{kind.type()}`: {kind.title()}" for kind in ordered),
        "headers": headers,
        "content": {"application/problem+json": {"schema": ref(PROBLEM) | {"properties": _told(ordered)}}},
    }


def _told(kinds: Sequence[type[Problem]]) -> Json:
    """Describe what tells these problems, all of one status, from all others."""
    return {"type": {"enum": [kind.type() for kind in kinds]}, "status": {"const": kinds[0].status}}
