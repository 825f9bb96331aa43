"""What servers for OpenAI's protocol really send, and what must come of it; the names say where each was seen."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.support.model_server import DONE, Answer, chunk, end, said, words
from tests.support.scripted_server import Outcome, ask, asking

TEXT = "Utilities lead."
SAID = Outcome(TEXT, usage=(100, 20))
UNCOUNTED, UNKNOWN = Outcome(TEXT), Outcome(TEXT, "unknown")
WORDS = words("Utilities ", "lead.")
GOOD = [*WORDS, *end()]
STOP = chunk("stop")
CALL = {"name": "calculate", "arguments": '{"a": 1}'}
CALLED = Outcome("", "function_calls", (100, 20), [("calculate", '{"a": 1}')])
TWICE = Outcome("", "function_calls", (100, 20), [("calculate", '{"a": 1}'), ("search", "{}")])


def failed(name: str) -> Outcome:
    return Outcome(finish="", failure=name)


def data(**fields: Any) -> bytes:
    return b"data: %b\n\n" % json.dumps(fields).encode()


def counted(usage: Any) -> Answer:
    return Answer([*WORDS, STOP, data(choices=[], usage=usage), DONE])


def calls(*pieces: dict[str, Any]) -> Answer:
    return Answer([*(chunk(tool_calls=[piece]) for piece in pieces), *end("tool_calls")])


def whole(**fields: Any) -> Answer:
    return Answer([json.dumps(fields).encode()], headers={"Content-Type": "application/json"})


def message(content: Any = TEXT, finish: str = "stop") -> dict[str, Any]:
    return {"choices": [{"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": finish}]}


def ended(*finishes: Any, rest: bytes | str = DONE) -> Answer:
    chunks = [data(choices=[{"delta": {"content": part}, "finish_reason": None}]) for part in ("Utilities ", "lead.")]
    return Answer([*chunks, *(data(choices=[{"delta": {}, "finish_reason": finish}]) for finish in finishes), rest])


def every(finish: Any, rest: bytes | str = DONE) -> Answer:
    return Answer([*(data(choices=[{"delta": {"content": part}, "finish_reason": finish}]) for part in (TEXT,)), rest])


# fmt: off
QUIRKS: dict[str, tuple[Answer, Outcome]] = {
    # The stream
    "CRLF": (Answer([piece.replace(b"\n", b"\r\n") for piece in GOOD]), SAID),
    "CR": (Answer([piece.replace(b"\n", b"\r") for piece in GOOD]), SAID),
    "a byte order mark": (Answer([b"\xef\xbb\xbf", *GOOD]), SAID),
    "comments (OpenRouter)": (Answer([b": OPENROUTER PROCESSING\n\n", *GOOD]), SAID),
    "data: null as keep-alive (autogen#7130)": (Answer([b"data: null\n\n" * 3, *WORDS, b"data: null\n\n", *end()]), SAID),
    "retry alone (openai-python#2722)": (Answer([b"retry: 3000\n\n", *GOOD]), SAID),
    "id and event on each, comments between": (Answer([b"id: 1\nevent: message\n: hm\n" + piece for piece in GOOD]), SAID),
    "data without a blank": (Answer([piece.replace(b"data: ", b"data:") for piece in GOOD]), SAID),
    "blank data": (Answer([b"data:\n\ndata: \n\ndata\n\n", *GOOD]), SAID),
    "events cut anywhere": (Answer([bytes([byte]) for byte in b"".join(GOOD)]), SAID),
    "JSON over several lines": (Answer([b'data: {"choices":\ndata: [{"delta": {"content": "Utilities lead."}}]}\n\n', *end()]), SAID),
    "no empty line at the end": (Answer([*WORDS, STOP, b"data: [DONE]"]), UNCOUNTED),
    "no [DONE]": (Answer(GOOD[:-1]), SAID),
    "all in one piece": (Answer([b"".join(GOOD)]), SAID),
    "more after [DONE]": (Answer([*GOOD, *words("never")]), SAID),
    # Chunks
    "a chunk without delta (Azure, autogen#6465)": (Answer([data(choices=[{"content_filter_results": {}}]), *GOOD]), SAID),
    "a chunk with no choice (Azure)": (Answer([data(choices=[], prompt_filter_results=[]), *GOOD]), SAID),
    "delta: null": (Answer([data(choices=[{"delta": None}]), *GOOD]), SAID),
    "no ids, no dates": (ended("stop"), UNCOUNTED),
    "usage with choices: null (pipecat#1060)": (Answer([*WORDS, STOP, data(choices=None, usage={"prompt_tokens": 100, "completion_tokens": 20}), DONE]), SAID),
    "usage without choices": (Answer([*WORDS, STOP, data(usage={"prompt_tokens": 100, "completion_tokens": 20}), DONE]), SAID),
    "fields of wrong types": (Answer([data(choices=7), data(choices=["x", 3]), data(choices=[{"delta": "x"}]), data(choices=[{"delta": {"content": 5}}]), b"data: 3\n\n", *GOOD]), SAID),
    "content: null": (Answer([chunk(role="assistant", content=None), *GOOD]), SAID),
    "content as parts (Mistral)": (Answer([chunk(content=[{"type": "text", "text": TEXT}]), *end()]), SAID),
    "content as strings": (Answer([chunk(content=["Utilities ", "lead."]), *end()]), SAID),
    "a whole message in a chunk": (Answer([data(**message()), *end()]), SAID),
    "JSON instead of a stream (dify#2144)": (whole(**message(), usage={"prompt_tokens": 100, "completion_tokens": 20}), SAID),
    "pretty JSON without an end": (Answer([b"\n" + json.dumps(message(), indent=2).encode()]), UNCOUNTED),
    "JSON of another form": (whole(ok=True), failed("model-answer-broken")),
    "JSON that is cut": (Answer([b'{"choices": [{"mess']), failed("model-answer-broken")),
    "an HTML page": (Answer([b"<!DOCTYPE html><h1>Bad gateway</h1>"]), failed("model-answer-broken")),
    "no JSON in an event": (Answer([*WORDS, b"data: {not json\n\n"]), failed("model-answer-broken")),
    "broken UTF-8": (Answer([*WORDS, b"data: \xff\xfe\n\n"]), failed("model-answer-broken")),
    "JSON nested too deep": (Answer([*WORDS, b"data: " + b"[" * 100_000 + b"\n\n"]), failed("model-answer-broken")),
    "a number of 5,000 digits": (Answer([*WORDS, b'data: {"choices": %b}\n\n' % (b"9" * 5_000)]), failed("model-answer-broken")),
    "nothing at all": (Answer([]), failed("model-answer-empty")),
    "plain text": (Answer([b"upstream connect error"]), failed("model-answer-empty")),
    # The end
    "finish_reason: null, then [DONE] (vllm-mlx#628)": (ended(), UNKNOWN),
    "finish_reason: '' on each (ollama#4357)": (every(""), UNKNOWN),
    "finish_reason: '', then a cut": (every("", rest="cut"), failed("model-unavailable")),
    "words, then a cut": (ended(rest="cut"), failed("model-unavailable")),
    "words, then the end": (ended(rest=b": the end\n\n"), failed("model-unavailable")),
    "words, then a reset": (ended(rest="reset"), failed("model-unavailable")),
    "a number for finish_reason": (ended(5, rest="cut"), failed("model-unavailable")),
    "usage alone ends it": (Answer([*WORDS, *end(None)[:-1]]), Outcome(TEXT, "unknown", (100, 20))),
    "an unknown finish_reason": (ended("eos"), UNKNOWN),
    "finish_reason: error (OpenRouter)": (ended("error"), failed("model-unavailable")),
    "finish_reason: content_filter": (ended("content_filter"), failed("model-content-filter")),
    "content_filter with its rule (Gemini)": (ended("content_filter: SAFETY"), failed("model-content-filter")),
    "content_filter with usage (autogen#4875)": (Answer([*WORDS, STOP, data(choices=[{"finish_reason": "content_filter"}], usage={"prompt_tokens": 1}), DONE]), failed("model-content-filter")),
    "length with usage": (Answer([*WORDS, data(choices=[{"finish_reason": "length"}], usage={"prompt_tokens": 100, "completion_tokens": 20}), DONE]), Outcome(TEXT, "length", (100, 20))),
    "stop, then '' and null": (ended("stop", "", None), UNCOUNTED),
    # Usage
    "usage: null on each": (Answer([data(choices=[{"delta": {"content": TEXT}}], usage=None), *end()]), SAID),
    "usage on each, growing": (Answer([data(choices=[{"delta": {"content": TEXT}}], usage={"prompt_tokens": 100, "completion_tokens": 1}), *end()]), SAID),
    "usage in whole floats (gateways)": (counted({"prompt_tokens": 100.0, "completion_tokens": 20.0}), SAID),
    "usage with null": (counted({"prompt_tokens": None, "completion_tokens": 20}), UNCOUNTED),
    "usage with no completion (Gemini)": (counted({"prompt_tokens": 100, "total_tokens": 120}), SAID),
    "usage with one number": (counted({"prompt_tokens": 100}), UNCOUNTED),
    "usage in halves": (counted({"prompt_tokens": 1.5, "completion_tokens": 20}), UNCOUNTED),
    "usage below zero": (counted({"prompt_tokens": -1, "completion_tokens": 20}), UNCOUNTED),
    "usage beyond bigint (litellm#28024)": (counted({"prompt_tokens": 10**30, "completion_tokens": 20}), UNCOUNTED),
    "usage of NaN": (Answer([*WORDS, STOP, b'data: {"usage": {"prompt_tokens": NaN, "completion_tokens": 1e999}}\n\n', DONE]), UNCOUNTED),
    "usage of truth": (counted({"prompt_tokens": True, "completion_tokens": 20}), UNCOUNTED),
    "usage of words": (counted({"prompt_tokens": "100", "completion_tokens": "20"}), UNCOUNTED),
    "usage that is a list": (counted([100, 20]), UNCOUNTED),
    "usage in Anthropic's words": (counted({"input_tokens": 100, "output_tokens": 20}), SAID),
    "usage in x_groq": (Answer([*WORDS, data(choices=[{"finish_reason": "stop"}], x_groq={"usage": {"prompt_tokens": 100, "completion_tokens": 20}}), DONE]), SAID),
    # Thoughts
    "reasoning_content (DeepSeek)": (Answer([chunk(reasoning_content="Hm."), *GOOD]), SAID),
    "reasoning and its details (OpenRouter)": (Answer([chunk(reasoning="Hm.", reasoning_details=[{"text": "Hm."}], content=""), *GOOD]), SAID),
    "thinking as parts (Mistral, litellm#16272)": (Answer([chunk(content=[{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}, {"type": "text", "text": TEXT}]), *end()]), SAID),
    "<think>, cut anywhere": (said("<thi", "nk>Hm.\n", "</thin", "k>\n\n", "Utilities ", "lead."), SAID),
    "only </think> (vllm#13125)": (said("Hm, let me", " see.</th", "ink>\nUtilities ", "lead."), SAID),
    "[THINK] (Roo-Code#8522)": (said("[THI", "NK]Hm.[/THI", "NK]Utilities lead."), SAID),
    "harmony's channels (TensorRT-LLM#9256)": (said("<|channel|>analysis<|mess", "age|>Hm.<|end|><|start|>assistant<|channel|>fin", "al<|message|>Utilities ", "lead.<|return|>"), SAID),
    "brackets that are no marks": (said("1 < 2 [see", " 3] <th", "ird"), Outcome("1 < 2 [see 3] <third", usage=(100, 20))),
    "a thought without an end": (said("<think>Hm."), Outcome("", usage=(100, 20))),
    "only reasoning": (Answer([chunk(reasoning_content="Hm."), *end()]), Outcome("", usage=(100, 20))),
    "a refusal": (Answer([chunk(refusal="I will not."), *end()]), Outcome("", usage=(100, 20))),
    # Calls of tools
    "in pieces": (calls({"index": 0, "id": "a", "function": {"name": "calculate", "arguments": ""}}, {"index": 0, "function": {"arguments": '{"a":'}}, {"index": 0, "function": {"arguments": " 1}"}}), CALLED),
    "arguments as an object": (calls({"index": 0, "id": "a", "function": {"name": "calculate", "arguments": {"a": 1}}}), CALLED),
    "arguments: null, then in pieces": (calls({"index": 0, "id": "a", "function": {"name": "calculate", "arguments": None}}, {"index": 0, "function": {"name": None, "arguments": '{"a": 1}'}}), CALLED),
    "two, both index 0 (hermes-agent#62937)": (calls({"index": 0, "id": "a", "function": CALL}, {"index": 0, "id": "b", "function": {"name": "search", "arguments": "{}"}}), TWICE),
    "two, without index or id": (calls({"function": CALL}, {"function": {"name": "search", "arguments": "{}"}}), TWICE),
    "two of one name, without index or id": (calls({"function": CALL}, {"function": CALL}), Outcome("", "function_calls", (100, 20), [("calculate", '{"a": 1}')] * 2)),
    "two, interleaved": (calls({"index": 0, "id": "a", "function": {"name": "calculate"}}, {"index": 1, "id": "b", "function": {"name": "search"}}, {"index": 0, "function": {"arguments": '{"a": 1}'}}, {"index": 1, "function": {"arguments": "{}"}}), TWICE),
    "the name in each piece (#8259)": (calls({"index": 0, "id": "a", "function": {"name": "calculate", "arguments": '{"a"'}}, {"index": 0, "id": "a", "function": {"name": "calculate", "arguments": ": 1}"}}), CALLED),
    "the name in each piece, no id again": (calls({"index": 0, "id": "a", "function": {"name": "calculate", "arguments": '{"a"'}}, {"index": 0, "id": "", "function": {"name": "calculate", "arguments": ": 1}"}}), CALLED),
    "the id in each piece, no index": (calls({"id": "a", "function": {"name": "calculate", "arguments": '{"a"'}}, {"id": "a", "function": {"arguments": ": 1}"}}), CALLED),
    "finish_reason: stop": (Answer([chunk(tool_calls=[{"index": 0, "id": "a", "function": CALL}]), *end()]), Outcome("", "stop", (100, 20), CALLED.calls)),
    "whole, in JSON": (whole(choices=[{"message": {"content": None, "tool_calls": [{"id": "a", "function": CALL}]}, "finish_reason": "tool_calls"}]), Outcome("", "function_calls", (0, 0), CALLED.calls)),
    "of wrong types": (calls({"index": "x", "id": 5, "function": "f"}), Outcome("", "function_calls", (100, 20), [("", "")])),
    # Errors in a stream that began well
    "an error": (Answer([*WORDS, data(error={"message": "x", "code": 500})]), failed("model-unavailable")),
    "an error in words": (Answer([data(error="something broke")]), failed("model-unavailable")),
    "an error event (DashScope)": (Answer([b'event: error\ndata: {"code": "Throttling.RateLimit", "message": "x"}\n\n']), failed("model-busy")),
    "an error of 429 (OpenRouter)": (Answer([data(error={"code": 429, "message": "x"}, choices=[])]), failed("model-busy")),
    "overloaded (Anthropic)": (Answer([data(error={"type": "overloaded_error", "message": "x"})]), failed("model-busy")),
    "an error in JSON with 200": (whole(error={"code": 401, "message": "x"}), failed("model-key-refused")),
    "an error in a list (Gemini)": (Answer([json.dumps([{"error": {"code": 503}}]).encode()]), failed("model-busy")),
    "object: error (vLLM)": (Answer([data(object="error", message="x", code=413)]), failed("model-refused")),
}
# fmt: on


@pytest.mark.parametrize("quirk", QUIRKS)
def test_a_quirk_comes_to_what_it_says(quirk: str) -> None:
    answer, expected = QUIRKS[quirk]

    async def run() -> None:
        async with asking(answer) as (client, _):
            assert await ask(client) == expected

    asyncio.run(run())
