"""Read a request's JSON body as one of the contract's models."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect

from lib.contract import strict_json
from lib.contract.problems import (
    BodyTooLarge,
    Fault,
    InvalidRequest,
    MalformedRequest,
    RequestTimeout,
    UnsupportedMediaType,
)
from lib.web import json_bounds

if TYPE_CHECKING:
    from starlette.requests import Request

Model = TypeVar("Model", bound=BaseModel)

MOST_BYTES = 1_048_576
"""The most bytes of a body; more is answered 413."""

MOST_FAULTS = 20
"""Validation errors that a response lists."""

LONGEST_POINTER = 200
"""The most characters of a fault's pointer."""

CLOSE_CONNECTION = {"Connection": "close"}
READ_SECONDS = 10.0
"""How long a body may take to arrive."""

LONGEST_MEDIA_TYPE = 200
"""Characters of a Content-Type header; a longer one is refused without being parsed."""


async def read(request: Request[Any], model: type[Model]) -> Model:
    """Return the body as `model`.

    Raises MalformedRequest, RequestTimeout, BodyTooLarge, UnsupportedMediaType or InvalidRequest.
    """
    _check_headers(request)
    try:
        async with asyncio.timeout(READ_SECONDS):
            body = await _collect(request)
    except TimeoutError:
        raise RequestTimeout(
            f"The body did not arrive within {READ_SECONDS:.0f} s; send it again.", headers=CLOSE_CONNECTION
        ) from None
    try:
        return model.model_validate(_decode(body))
    except ValidationError as error:
        errors = error.errors(include_url=False, include_context=False, include_input=False)[:MOST_FAULTS]
        faults = [Fault(_pointer(one["loc"]), one["msg"]) for one in errors]
        raise InvalidRequest("The body does not have the form asked for; see errors.", errors=faults) from None


def _check_headers(request: Request[Any]) -> None:
    given = request.headers.get("content-type", "")[: LONGEST_MEDIA_TYPE + 1]
    media_type, *parameters = given.replace(" ", "").replace('"', "").lower().split(";")
    charsets = {value for name, _, value in (parameter.partition("=") for parameter in parameters) if name == "charset"}
    if len(given) > LONGEST_MEDIA_TYPE or media_type != "application/json" or not charsets <= {"utf-8", "utf8"}:
        raise UnsupportedMediaType("Send the body as Content-Type: application/json, in UTF-8.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("Send the body without a Content-Encoding.")
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > MOST_BYTES:
        _refuse_size()


async def _collect(request: Request[Any]) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                _refuse_size()
    except ClientDisconnect:
        raise MalformedRequest("The client went away before its body had arrived.") from None
    return bytes(body)


def _refuse_size() -> NoReturn:
    raise BodyTooLarge(f"A body may have {MOST_BYTES} bytes.", headers=CLOSE_CONNECTION)


def _decode(body: bytes) -> object:
    """Decode strict JSON (lib.contract.strict_json) in UTF-8, within lib.web.json_bounds."""
    try:
        json_bounds.check(body)
        return strict_json.decode(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise MalformedRequest("The body is not UTF-8.") from None
    except (json_bounds.OutOfBounds, strict_json.NotStrict) as error:
        raise MalformedRequest(f"The body {error}.") from None


def _pointer(location: tuple[int | str, ...]) -> str:
    """Write a location as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)[:LONGEST_POINTER]
