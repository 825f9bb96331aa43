"""Speak as a model does, in no time: what is compared then is only what is done with its words.

python -m scripts.local.bench.speaker [NAME ...]: serve functions that have this for their offline model
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from autogen_core.models import CreateResult, RequestUsage, UserMessage

import lib.autogen.offline
from lib.offline_model.model import OfflineModel
from lib.router import app
from lib.web.server.serve import serve
from scripts.local.bench.model import JUDGEMENT

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from autogen_core.models import LLMMessage

WORDS = 40
SPEECH = ["Utilities "] * WORDS
USAGE = RequestUsage(prompt_tokens=100, completion_tokens=WORDS)


class Speaker(OfflineModel):
    """Says the same words in every turn, and the same judgement where one is asked for."""

    async def create_stream(
        self, messages: Sequence[LLMMessage], **_: object
    ) -> AsyncGenerator[str | CreateResult, None]:
        """Yield the words, and let others have their turn between them."""
        task = messages[-1]
        judge = isinstance(task, UserMessage) and '"purpose":"verdict"' in task.content
        words = [JUDGEMENT] if judge else SPEECH
        for word in words:
            await asyncio.sleep(0)
            yield word
        yield CreateResult(finish_reason="stop", content="".join(words), usage=USAGE, cached=False)


if __name__ == "__main__":
    lib.autogen.offline.OfflineModel = Speaker
    serve(app)
