"""Read the name of the model that speaks for the agents."""

from __future__ import annotations

from lib.process.environment import Variable, word

DEBATE_MODEL = Variable(
    "DEBATE_MODEL",
    "The model that speaks for the agents: its name, or offline; without it debate-start answers 503",
    word,
    None,
)

OFFLINE = "offline"
