from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from lib.autogen import providers
from lib.autogen.offline import Offline
from lib.autogen.openai.provider import OpenAI
from lib.process.environment import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = {"OPENAI_API_KEY": "k"}


@pytest.mark.parametrize(
    ("model", "environ", "expected"),
    [("offline", {}, Offline), ("gpt-4o-mini", KEY, OpenAI), ("llama3:8b", KEY, OpenAI), ("offline:8b", KEY, OpenAI)],
)
def test_the_models_name_chooses_the_provider(model: str, environ: Mapping[str, str], expected: type) -> None:
    provider = providers.connect(model, environ, 10)
    asyncio.run(provider.client.close())
    assert type(provider) is expected


def test_a_provider_that_needs_a_key_says_so() -> None:
    with pytest.raises(Misconfigured, match="OPENAI_API_KEY is not set"):
        providers.connect("gpt-4o-mini", {}, 10)
