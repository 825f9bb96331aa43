"""A model that answers without delay, so that a comparison measures only what is done with its words.

python -m scripts.local.bench.instant_model [NAME ...]: serve functions with InstantModel as their offline model
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from autogen_core.models import CreateResult, RequestUsage, UserMessage

import lib.autogen.offline
from lib.offline_model.model import OfflineModel
from lib.router import app
from lib.web.server.serve import serve
from scripts.local.bench.paced_model import JUDGEMENT

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from autogen_core.models import LLMMessage

WORDS = 40
SPEECH = ["Utilities "] * WORDS
USAGE = RequestUsage(prompt_tokens=100, completion_tokens=WORDS)


class InstantModel(OfflineModel):
    """Says the same words in every turn, and the same judgement for every verdict."""

    async def create_stream(
        self, messages: Sequence[LLMMessage], **_: object
    ) -> AsyncGenerator[str | CreateResult, None]:
        """Yield the words; other tasks run between two of them."""
        task = messages[-1]
        judge = isinstance(task, UserMessage) and '"purpose":"verdict"' in task.content
        words = [JUDGEMENT] if judge else SPEECH
        for word in words:
            await asyncio.sleep(0)
            yield word
        yield CreateResult(finish_reason="stop", content="".join(words), usage=USAGE, cached=False)


if __name__ == "__main__":
    lib.autogen.offline.OfflineModel = InstantModel
    serve(app)
