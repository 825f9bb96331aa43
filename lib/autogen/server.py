"""Reach a model's server through AutoGen's client."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

import httpx
import openai
from autogen_core.models import ModelFamily, ModelInfo
from autogen_ext.models.openai import OpenAIChatCompletionClient

from lib import agents
from lib.autogen import wire
from lib.environment import Misconfigured, Variable, web_address, word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autogen_core.models import ChatCompletionClient
    from autogen_ext.models.openai.config import OpenAIClientConfiguration


OPENAI_API_KEY = Variable(
    "OPENAI_API_KEY", "The key of the model's server; required unless the model is offline", word, None
)
OPENAI_BASE_URL = Variable(
    "OPENAI_BASE_URL", "The model's server, which speaks OpenAI's protocol", web_address, "https://api.openai.com/v1"
)

CONNECT_SECONDS = 5.0
POOL_SECONDS = 5.0

UNKNOWN_MODEL = ModelInfo(
    vision=False, function_calling=True, json_output=True, structured_output=True, family=ModelFamily.UNKNOWN
)


def client(model: str, environ: Mapping[str, str], silence: float) -> ChatCompletionClient:
    """Return a client that gives up after so many seconds of `silence`. Raises Misconfigured."""
    key = OPENAI_API_KEY.read(environ)
    if key is None:
        raise Misconfigured(
            f"{OPENAI_API_KEY.name} is not set: {agents.DEBATE_MODEL.name} names a model that is not offline"
        )
    # openai would do this at the first request, and hold up the loop for a second.
    import_module("openai.resources.chat")
    timeout = httpx.Timeout(silence, connect=min(silence, CONNECT_SECONDS), pool=POOL_SECONDS)
    options = {
        "model": model,
        "api_key": key,
        "base_url": OPENAI_BASE_URL.read(environ),
        "max_retries": 0,
        "http_client": openai.DefaultAsyncHttpxClient(timeout=timeout, event_hooks={"response": [wire.watch]}),
        "stream_options": {"include_usage": True},  # the constructor's own include_usage is ignored without a word
    }
    configuration = cast("OpenAIClientConfiguration", options)  # which forgets to name http_client
    try:
        return OpenAIChatCompletionClient(**configuration)
    except ValueError:  # a name that AutoGen does not know needs its abilities spelled out
        return OpenAIChatCompletionClient(**configuration | {"model_info": UNKNOWN_MODEL})
