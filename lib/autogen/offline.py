"""Provide the offline model, which needs no server."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from lib.autogen.provider import NO_FORM, Provider, ResponseState
from lib.offline_model.model import OfflineModel

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping


class Offline(Provider):
    """The offline model: it knows a judge's task by its prompt, and reads texts of any length."""

    json_forms = (NO_FORM,)
    single_token = NO_FORM
    context_is_limited = False

    def __init__(self, model: str, environ: Mapping[str, str], silence_seconds: float) -> None:
        del model, environ, silence_seconds
        self.client = OfflineModel()

    @contextlib.asynccontextmanager
    async def calling(self) -> AsyncGenerator[ResponseState]:
        """Watch nothing: there are no responses."""
        yield ResponseState()
