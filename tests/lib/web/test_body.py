"""Read hostile bodies of the largest size, and measure what refusing them costs."""

from __future__ import annotations

import asyncio
import importlib
import json
import time
import tracemalloc
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

import pytest
from pydantic import BaseModel, BeforeValidator
from starlette.requests import Request

from lib import manifest
from lib.contract.chat import ChatRequest
from lib.contract.debate import DebateRequest, SteerRequest
from lib.contract.problems import InvalidRequest, MalformedRequest, Problem, UnsupportedMediaType
from lib.web import body
from tests.support.stream import request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Message

MOST_CPU_SECONDS = 0.05
MOST_MEMORY = 24 * 2**20
TRIES = 5
JSON_TYPE = b"application/json"


def _filled(pattern: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    """Repeat the pattern up to the largest body."""
    return before + pattern * ((body.MOST_BYTES - len(before) - len(after)) // len(pattern)) + after


def _items(before: str, item: str, after: str, count: int = 49_000) -> bytes:
    return f"{before}{','.join([item] * count)}{after}".encode()


def _message(parts: str) -> str:
    return f'{{"role":"user","parts":[{parts}]}}'


PARTS = '{"id":"a","messages":[{"role":"user","parts":['
BAD_SIGNAL = json.dumps({f"extra{number}": 1 for number in range(100)})
HOSTILE: dict[str, tuple[type[BaseModel], bytes]] = {
    "a million parts": (ChatRequest, _filled(b"1,", PARTS.encode(), b"1]}]}")),
    "as many bad parts as may be": (ChatRequest, _items(PARTS, "1", "]}]}")),
    "as many bad parts as a message may have": (ChatRequest, _items(PARTS, "1", "]}]}", 1_000)),
    "bad parts in each message": (
        ChatRequest,
        _items('{"id":"a","messages":[', _message(",".join(["1"] * 40)), "]}", 1_000),
    ),
    "as many bad messages as may be": (ChatRequest, _items('{"id":"a","messages":[', "1", "]}")),
    "a million signals": (DebateRequest, _filled(b"1,", b'{"signals":[', b"1]}")),
    "as many bad signals as values may be": (DebateRequest, _items('{"signals":[', "1", "]}")),
    "signals with unknown members": (DebateRequest, _items('{"signals":[', BAD_SIGNAL, "]}", 20)),
    "empty signals": (ChatRequest, _items('{"signals":[', "{}", "]}", 24_000)),
    "brackets that open": (SteerRequest, _filled(b"[")),
    "braces that open": (SteerRequest, _filled(b'{"":')),
    "empty lists": (SteerRequest, _filled(b"[],", b"[", b"[]]")),
    "lists as deep as may be": (SteerRequest, _filled(b"[" * 31 + b"]" * 31 + b",", b"[", b"1]")),
    "brackets as many as may be": (SteerRequest, b"[" * 24_000 + b"]" * 24_000),
    "brackets that never match": (SteerRequest, _filled(b"[][")),
    "quotes": (SteerRequest, _filled(b'"')),
    "empty strings": (SteerRequest, _filled(b'"",', b"[", b'""]')),
    "backslashes": (SteerRequest, _filled(b"\\", b'{"text":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[', b'"}')),
    "escaped quotes": (SteerRequest, _filled(rb"\"", b'{"text":"' + b"[" * 33, b'"}')),
    "quotes after backslashes": (SteerRequest, _filled(rb'"\"', b"[" * 33)),
    "digits": (SteerRequest, _filled(b"9")),
    "long numbers": (SteerRequest, _filled(b"9" * 4_000 + b",", b"[", b"9]")),
    "blanks": (SteerRequest, _filled(b" ")),
    "bytes that are not UTF-8": (SteerRequest, _filled(b"\xff")),
}


async def _read(model: type[BaseModel], content: bytes, media_type: bytes = JSON_TYPE) -> BaseModel:
    async def receive() -> Message:
        return {"type": "http.request", "body": content, "more_body": False}

    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", media_type)]}
    return await body.read(Request[Any](scope, receive), model)


def _refusal(model: type[BaseModel], content: bytes, media_type: bytes = JSON_TYPE) -> Problem:
    with pytest.raises(Problem) as raised:
        asyncio.run(_read(model, content, media_type))
    return raised.value


def _cpu_seconds(model: type[BaseModel], content: bytes) -> float:
    """Return the least of some tries: other processes of the machine make any one of them slower."""
    times: list[float] = []
    for _ in range(TRIES):
        start = time.thread_time()
        _refusal(model, content)
        times.append(time.thread_time() - start)
    return min(times)


@pytest.mark.parametrize(("model", "content"), HOSTILE.values(), ids=HOSTILE)
def test_refusing_a_body_is_cheap(model: type[BaseModel], content: bytes) -> None:
    assert len(content) <= body.MOST_BYTES
    assert _cpu_seconds(model, content) < MOST_CPU_SECONDS
    tracemalloc.start()
    try:
        assert len(_refusal(model, content).errors) <= body.MOST_FAULTS
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


def test_a_media_type_of_any_length_is_refused_before_it_is_parsed() -> None:
    start = time.thread_time()
    problem = _refusal(DebateRequest, b"{}", JSON_TYPE + b";" * 130_000)
    assert isinstance(problem, UnsupportedMediaType)
    assert time.thread_time() - start < MOST_CPU_SECONDS / 5


def test_too_many_values_are_refused_wherever_they_stand() -> None:
    for content in (_items("[", "1", "]", 50_001), _items("[", '{"a":1,"b":2}', "]", 20_000)):
        assert str(_refusal(DebateRequest, content)) == "The body holds more than 50,000 values."


def test_commas_brackets_and_quotes_of_a_text_are_no_values() -> None:
    text = '[{,"\\' * 8_000
    wanted = request(content=request()["content"] | {"text": text})
    read = asyncio.run(_read(DebateRequest, json.dumps(wanted).encode()))
    assert isinstance(read, DebateRequest)
    assert read.content.text == text


@pytest.mark.parametrize("depth", [32, 33])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_nests_as_deep_as_may_be(depth: int, opening: str, closing: str) -> None:
    problem = _refusal(DebateRequest, (opening * depth + "1" + closing * depth).encode())
    assert type(problem) is (InvalidRequest if depth == 32 else MalformedRequest)


def test_every_fault_of_an_honest_body_is_listed() -> None:
    signals = [{"name": "", "state": "calm", "as_of": "today"}] * 5
    problem = _refusal(DebateRequest, json.dumps(request(signals=signals)).encode())
    fields = ("name", "state", "as_of")
    assert {fault.pointer for fault in problem.errors} == {f"/signals/{n}/{name}" for n in range(5) for name in fields}


def _requested() -> list[type[BaseModel]]:
    modules = [importlib.import_module(f"lib.contract.{name}") for name in ("chat", "debate")]
    names = {function.request for function in manifest.read().values() if function.request}
    return [next(getattr(module, name) for module in modules if hasattr(module, name)) for name in sorted(names)]


def _sequences(model: type[BaseModel], where: str = "") -> Iterator[tuple[str, list[Any]]]:
    """Yield each field of a model, and of those in it, that takes a list, with what its annotation says."""
    for name, field in model.model_fields.items():
        yield from _in_annotation(f"{where}/{name}", field.annotation, field.metadata)


def _in_annotation(where: str, annotation: Any, metadata: list[Any]) -> Iterator[tuple[str, list[Any]]]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _in_annotation(where, get_args(annotation)[0], [*get_args(annotation)[1:], *metadata])
    elif origin in {tuple, list, set, frozenset}:
        yield where, metadata
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _sequences(annotation, where)
    elif origin is not Annotated:
        for argument in get_args(annotation):
            yield from _in_annotation(where, argument, [])


@pytest.mark.parametrize("model", _requested(), ids=lambda model: model.__name__)
def test_every_list_of_a_request_is_bounded_before_its_items_are_read(model: type[BaseModel]) -> None:
    for where, metadata in _sequences(model):
        longest = next((rule.max_length for rule in metadata if hasattr(rule, "max_length")), None)
        assert longest is not None, where
        assert any(isinstance(rule, BeforeValidator) for rule in metadata), f"{where} lacks at_most"
        assert longest <= 100 or any(getattr(rule, "fail_fast", False) for rule in metadata), f"{where} lists each item"
