"""Provide the models of any server that speaks OpenAI's protocol."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from lib.autogen.failures import ModelFault
from lib.autogen.openai import client, errors, forms, responses
from lib.autogen.provider import Provider, ResponseState
from lib.contract.failures import ModelAnswerEndless

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping


class OpenAI(Provider):
    """The server at OPENAI_BASE_URL."""

    variables = client.VARIABLES
    json_forms = forms.JSON_FORMS
    single_token = forms.SINGLE_TOKEN
    context_is_limited = True

    def __init__(self, model: str, environ: Mapping[str, str], silence_seconds: float) -> None:
        """Give up a response that is silent for so long. Raises Misconfigured."""
        self.client = client.make(model, environ, silence_seconds)

    @contextlib.asynccontextmanager
    async def calling(self) -> AsyncGenerator[ResponseState]:
        """Watch the HTTP responses; errors are mapped by lib.autogen.openai.errors."""
        state = ResponseState()
        try:
            async with responses.watched(state):
                yield state
        except errors.RAISED as error:
            raise (ModelFault(ModelAnswerEndless()) if state.endless else errors.to_fault(error)) from error
