"""Make AutoGen's client of a server that speaks OpenAI's protocol."""

from __future__ import annotations

import contextlib
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar, cast

import httpx
import openai
from autogen_core.models import ModelFamily, ModelInfo
from autogen_ext.models.openai import BaseOpenAIChatCompletionClient
from pydantic import BaseModel, ValidationError

from lib.agents.model import DEBATE_MODEL
from lib.autogen.openai import responses
from lib.process.environment import Misconfigured, Variable, web_address, word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autogen_core.models import ChatCompletionClient


OPENAI_API_KEY = Variable(
    "OPENAI_API_KEY", "The key of the model's server; required unless the model is offline", word, None
)
OPENAI_BASE_URL = Variable(
    "OPENAI_BASE_URL", "The model's server, which speaks OpenAI's protocol", web_address, "https://api.openai.com/v1"
)
VARIABLES = (OPENAI_API_KEY, OPENAI_BASE_URL)

Answer = TypeVar("Answer")

CONNECT_SECONDS = 5.0
"""How long connecting to the model's server may take."""

POOL_SECONDS = 5.0
"""How long a request may wait for a free connection."""

LIMITS = httpx.Limits(max_connections=1_000, max_keepalive_connections=100, keepalive_expiry=1.0)
"""A connection is kept for the next turn of its debate, and closed before servers close it, most of them after 5 s."""

UNKNOWN_MODEL = ModelInfo(
    vision=False, function_calling=True, json_output=True, structured_output=True, family=ModelFamily.UNKNOWN
)


class _FastOpenAI(openai.AsyncOpenAI):
    """openai's client with chunks validated by pydantic, in a twentieth of the time."""

    def _process_response_data(self, *, data: object, cast_to: type[Answer], response: httpx.Response) -> Answer:
        """Validate by pydantic. What pydantic refuses is left to openai, which accepts inexact servers."""
        if issubclass(cast_to, BaseModel):
            with contextlib.suppress(ValidationError):
                return cast("Answer", cast_to.model_validate(data))
        return super()._process_response_data(data=data, cast_to=cast_to, response=response)


def make(model: str, environ: Mapping[str, str], silence_seconds: float) -> ChatCompletionClient:
    """Make a client that gives up a response which is silent for so long. Raises Misconfigured."""
    key = OPENAI_API_KEY.read(environ)
    if key is None:
        raise Misconfigured(f"{OPENAI_API_KEY.name} is not set: {DEBATE_MODEL.name} names a model that is not offline")
    # openai would import it at the first request, and block the loop for a second.
    import_module("openai.resources.chat")
    timeout = httpx.Timeout(silence_seconds, connect=min(silence_seconds, CONNECT_SECONDS), pool=POOL_SECONDS)
    http = openai.DefaultAsyncHttpxClient(
        timeout=timeout, limits=LIMITS, event_hooks={"response": [responses.on_response]}
    )
    inner = _FastOpenAI(api_key=key, base_url=OPENAI_BASE_URL.read(environ), max_retries=0, http_client=http)
    create_args = {"model": model, "stream_options": {"include_usage": True}}
    try:
        return BaseOpenAIChatCompletionClient(inner, create_args=create_args)
    except ValueError:  # AutoGen does not know the model's name
        return BaseOpenAIChatCompletionClient(inner, create_args=create_args, model_info=UNKNOWN_MODEL)
