"""Provide the models of any server that speaks OpenAI's protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.agents.model import DEBATE_MODEL
from lib.autogen.openai import forms
from lib.autogen.openai.client import OpenAIClient
from lib.autogen.provider import Provider
from lib.process.environment import Misconfigured, Variable, web_address, word

if TYPE_CHECKING:
    from collections.abc import Mapping

OPENAI_API_KEY = Variable(
    "OPENAI_API_KEY", "The key of the model's server; required unless the model is offline", word, None
)
OPENAI_BASE_URL = Variable(
    "OPENAI_BASE_URL", "The model's server, which speaks OpenAI's protocol", web_address, "https://api.openai.com/v1"
)


class OpenAI(Provider):
    """The server at OPENAI_BASE_URL."""

    variables = (OPENAI_API_KEY, OPENAI_BASE_URL)
    json_form = forms.JSON_FORM
    single_token = forms.SINGLE_TOKEN
    context_is_limited = True

    def __init__(self, model: str, environ: Mapping[str, str], silence_seconds: float) -> None:
        """Give up an answer that is silent for so long in its middle. Raises Misconfigured."""
        key = OPENAI_API_KEY.read(environ)
        if key is None:
            raise Misconfigured(
                f"{OPENAI_API_KEY.name} is not set: {DEBATE_MODEL.name} names a model that is not offline"
            )
        self.client = OpenAIClient(model, OPENAI_BASE_URL.read(environ), key, silence_seconds)
