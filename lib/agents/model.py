"""Read the name of the model that speaks for the agents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.contract.problems import ModelNotConfigured
from lib.process.environment import Variable, word
from lib.process.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Mapping

DEBATE_MODEL = Variable(
    "DEBATE_MODEL",
    "The model that speaks for the agents: its name, or offline; without it debate-start answers 503",
    word,
    None,
)

OFFLINE = "offline"


class DebateModel(Resource):
    """The model that new debates are started with."""

    variables = (DEBATE_MODEL,)

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read DEBATE_MODEL, which may be empty: a process starts without it, and starts no debate."""
        self._name = DEBATE_MODEL.read(environ)

    def name(self) -> str:
        """Return the model's name. Raises ModelNotConfigured where DEBATE_MODEL is empty."""
        if self._name is None:
            raise ModelNotConfigured("No model is configured to debate: whoever operates this must set DEBATE_MODEL.")
        return self._name


build = DebateModel
