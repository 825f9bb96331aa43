"""Choose a model's provider by the model's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.agents.model import OFFLINE
from lib.autogen.offline import Offline
from lib.autogen.openai.provider import OpenAI

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lib.autogen.provider import Provider

PROVIDERS: Mapping[str, type[Provider]] = {OFFLINE: Offline}
"""Providers by the name of their only model, or by a prefix of model names that ends in a colon."""

DEFAULT: type[Provider] = OpenAI
"""The provider of all other models."""

VARIABLES = tuple(variable for provider in (*PROVIDERS.values(), DEFAULT) for variable in provider.variables)
"""The environment variables of all providers."""


def connect(model: str, environ: Mapping[str, str], silence_seconds: float) -> Provider:
    """Make the provider of a model, which gives up a response that is silent for so long. Raises Misconfigured."""
    prefix, colon, _ = model.partition(":")
    return PROVIDERS.get(prefix + colon, DEFAULT)(model, environ, silence_seconds)
