"""Provide the offline model, which needs no server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.autogen.provider import NO_FORM, Provider
from lib.offline_model.model import OfflineModel

if TYPE_CHECKING:
    from collections.abc import Mapping


class Offline(Provider):
    """The offline model: it knows a judge's task by its prompt, and reads texts of any length."""

    json_form = NO_FORM
    single_token = NO_FORM
    context_is_limited = False

    def __init__(self, model: str, environ: Mapping[str, str], silence_seconds: float) -> None:
        del model, environ, silence_seconds
        self.client = OfflineModel()
