"""Choose a model's provider by the model's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.agents.model import OFFLINE
from lib.autogen.offline import Offline
from lib.autogen.openai.provider import OpenAI

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lib.autogen.provider import Provider

    Connect = Callable[[str, Mapping[str, str], float], Provider]

PROVIDERS: Mapping[str, Connect] = {OFFLINE: Offline}
"""Providers by the name of their only model, or by a prefix of model names that ends in a colon."""

DEFAULT: Connect = OpenAI
"""The provider of all other models."""

VARIABLES = (*Offline.variables, *OpenAI.variables)
"""What any provider reads from the environment."""


def connect(model: str, environ: Mapping[str, str], silence_seconds: float) -> Provider:
    """Make the provider of a model, which gives up a response that is silent for so long. Raises Misconfigured."""
    prefix, colon, _ = model.partition(":")
    return PROVIDERS.get(prefix + colon, DEFAULT)(model, environ, silence_seconds)
