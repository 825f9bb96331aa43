"""Read who takes part in a debate: one file of data an agent."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lib.environment import Variable, word

DEBATE_MODEL = Variable(
    "DEBATE_MODEL",
    "The model that speaks for the agents: its name, or offline; without it debate-start answers 503",
    word,
    None,
)

OFFLINE = "offline"

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Agent:
    """One participant; `id` is the file's name, an identifier as AutoGen demands."""

    id: str
    name: str
    role: Literal["debater", "judge"]
    mandate: str


def _read(agent_id: str) -> Agent:
    return Agent(id=agent_id, **tomllib.loads((HERE / f"{agent_id}.toml").read_text("utf-8")))


DEBATERS = tuple(_read(agent_id) for agent_id in ("financial_analyst", "market_context", "risk_challenger"))
"""The debaters in the order in which they speak."""

JUDGE = _read("judge")

VERSION = hashlib.sha256(repr((DEBATERS, JUDGE)).encode()).hexdigest()[:12]
"""Changes with any word of the agents' files."""
