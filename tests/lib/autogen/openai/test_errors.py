"""What servers answer instead of a stream, and what must come of it; the names say whose words they are."""

from __future__ import annotations

import asyncio
import json
import time
from email.utils import formatdate
from typing import Any

import pytest

from lib.autogen.failures import ModelFault
from lib.autogen.openai import errors
from lib.autogen.openai.client import OpenAIClient
from tests.support.model_server import SECRET, Answer
from tests.support.scripted_server import HELLO, asking


def error(status: int, message: str = SECRET, /, **fields: Any) -> Answer:
    return Answer([json.dumps({"error": {"message": message} | fields}).encode()], status)


def page(status: int, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer([b"<html><h1>Sorry</h1></html>"], status, named)


OVERFLOW = "This model's maximum context length is 8,192 tokens. However, your messages resulted in 9146 tokens."
LLAMA = {"code": 400, "type": "exceed_context_size_error", "n_prompt_tokens": 9146, "n_ctx": 4096}
GEMINI_KEY = "API key not valid. Please pass a valid API key."
FILTER = "The response was filtered due to the prompt triggering Azure OpenAI's content management policy."
UNKNOWN = "The model `gpt-9` does not exist or you do not have access to it."

# fmt: off
ERRORS: dict[str, tuple[Answer, str, dict[str, Any]]] = {
    "429": (page(429), "model-busy", {"status": 429, "outage": True}),
    "503 in HTML (load balancers)": (page(503), "model-busy", {"status": 503, "outage": True}),
    "503 while a model loads (llama.cpp)": (error(503, "Loading model", type="unavailable_error"), "model-busy", {"code": "unavailable_error"}),
    "529 (Anthropic)": (error(529, type="overloaded_error"), "model-busy", {"code": "overloaded_error"}),
    "498 (Groq)": (error(498), "model-busy", {}),
    "429 of a minute's quota (Gemini)": (error(429, "You exceeded your current quota, please check your plan", status="RESOURCE_EXHAUSTED"), "model-busy", {"code": "RESOURCE_EXHAUSTED"}),
    "500": (error(500), "model-unavailable", {"outage": True, "retryable": True}),
    "408": (error(408), "model-unavailable", {"retryable": True}),
    "409": (error(409), "model-unavailable", {"retryable": True}),
    "425": (error(425), "model-unavailable", {"retryable": True}),
    "502 in HTML (Cloudflare)": (page(502), "model-unavailable", {"retryable": True}),
    "401": (error(401, "Incorrect API key provided: sk-...", code="invalid_api_key"), "model-key-refused", {"code": "invalid_api_key", "retryable": False}),
    "403": (error(403), "model-key-refused", {"retryable": False}),
    "a bad key as 400 (Gemini, a list)": (Answer([json.dumps([{"error": {"code": 400, "message": GEMINI_KEY, "status": "INVALID_ARGUMENT"}}]).encode()], 400), "model-key-refused", {"code": "INVALID_ARGUMENT"}),
    "a bad key as 400 (xAI)": (Answer([b'{"code": "Client specified an invalid argument", "error": "Incorrect API key provided: xa***"}'], 400), "model-key-refused", {"code": ""}),
    "404": (error(404, UNKNOWN, code="model_not_found"), "model-unknown", {"code": "model_not_found", "retryable": False}),
    "404 in words (Ollama)": (error(404, "model 'gemma' not found"), "model-unknown", {}),
    "400 (DeepSeek)": (error(400, "Model Not Exist"), "model-unknown", {"status": 400}),
    "402 (DeepSeek)": (error(402, "Insufficient Balance"), "model-quota-used-up", {"retryable": False}),
    "429 insufficient_quota (OpenAI)": (error(429, "You exceeded your current quota", code="insufficient_quota"), "model-quota-used-up", {"retryable": False}),
    "400 for credit (Anthropic)": (error(400, "Your credit balance is too low to access the API."), "model-quota-used-up", {}),
    "overflow (OpenAI)": (error(400, OVERFLOW, code="context_length_exceeded"), "model-context-overflow", {"context_tokens": 8192, "retryable": False, "outage": False}),
    "overflow (llama.cpp)": (Answer([json.dumps({"error": LLAMA | {"message": "the request exceeds the available context size"}}).encode()], 400), "model-context-overflow", {"context_tokens": 4096}),
    "overflow (Anthropic)": (error(400, "prompt is too long: 208310 tokens > 200000 maximum"), "model-context-overflow", {"context_tokens": 200_000}),
    "overflow (Gemini)": (error(400, "The input token count (1100000) exceeds the maximum number of tokens allowed (1048576)."), "model-context-overflow", {"context_tokens": 1_048_576}),
    "overflow as 500": (error(500, "input is too long, context window is 2048"), "model-context-overflow", {"context_tokens": 2_048}),
    "overflow as 413": (error(413, "prompt too long"), "model-context-overflow", {"context_tokens": None}),
    "content filter as 400 (Azure)": (error(400, FILTER, code="content_filter"), "model-content-filter", {"code": "content_filter", "outage": False}),
    "content filter as 403 (OpenRouter)": (error(403, "Your input was flagged", code=403), "model-content-filter", {}),
    "400 for another reason": (error(413), "model-refused", {"retryable": False, "outage": False}),
    "a code that is a sentence": (error(418, code=SECRET), "model-refused", {"code": ""}),
}
# fmt: on


async def fault_of(*answers: Answer) -> ModelFault:
    async with asking(*answers) as (client, _):
        with pytest.raises(ModelFault) as caught:
            await client.create(HELLO)
        return caught.value


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_told_apart(name: str) -> None:
    answer, failure, fields = ERRORS[name]
    fault = asyncio.run(fault_of(*[answer] * 5))
    assert (str(fault), {field: getattr(fault, field) for field in fields}) == (failure, fields)
    assert SECRET not in fault.failure.detail


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "7"}, 7),
        ({"retry_after": "0.25"}, 0.25),
        ({"retry_after_ms": "1500"}, 1.5),
        ({"retry_after_ms": "1500", "retry_after": "2"}, 1.5),
        ({"retry_after_ms": "soon", "retry_after": "2"}, 2),
        ({"retry_after": "86400"}, 3_600),
        ({"retry_after": "-5"}, 0),
        ({"retry_after": "nan"}, 0),
        ({"retry_after": "inf"}, 3_600),
        ({"retry_after": "soon"}, 0),
        ({"retry_after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
    ],
    ids=str,
)
def test_a_server_says_when_to_come_again(headers: dict[str, str], seconds: float) -> None:
    assert asyncio.run(fault_of(page(429, **headers))).retry_after == seconds


def test_a_server_names_a_date() -> None:
    date = formatdate(time.time() + 60, usegmt=True)
    assert asyncio.run(fault_of(page(503, retry_after=date))).retry_after == pytest.approx(60, abs=3)


def test_a_server_that_is_not_there_is_unreachable(free_tcp_port: int) -> None:
    fault = asyncio.run(_fault_at(free_tcp_port))
    assert (str(fault), fault.outage, fault.retryable) == ("model-unreachable", True, True)


def test_a_server_that_hangs_up_before_it_answers_is_unreachable() -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async def run() -> ModelFault:
        async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
            return await _fault_at(server.sockets[0].getsockname()[1])

    assert str(asyncio.run(run())) == "model-unreachable"


async def _fault_at(port: int) -> ModelFault:
    client = OpenAIClient("m", f"http://127.0.0.1:{port}/v1", "k", 15)
    with pytest.raises(ModelFault) as caught:
        await client.create(HELLO)
    await client.close()
    return caught.value


@pytest.mark.parametrize("words", [b"model ", b"content ", b"maximum "])
def test_what_an_error_costs_does_not_grow_with_its_length(words: bytes) -> None:
    def cost(body: bytes) -> float:
        start = time.process_time()
        errors.of_response(400, {}, body).fault(refused_tools=False)
        return time.process_time() - start

    short, long = words * 4_000, words * 1_000_000
    assert min(cost(long) for _ in range(5)) < 3 * min(cost(short) for _ in range(5))
