"""Read the agents of a debate, each from its TOML file."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, cast

from lib.process.environment import Misconfigured

HERE = Path(__file__).parent
DEBATER_IDS, JUDGE_ID = ("financial_analyst", "market_context", "risk_challenger"), "judge"
LONGEST = 4_000
"""The most characters of one text in an agent's file."""


@dataclass(frozen=True, slots=True)
class Agent:
    """One participant; `id` is the file's name, an identifier as AutoGen demands.

    `cites` and `never` complete "You must cite ..." and "You must never ...".
    """

    id: str
    name: str
    role: Literal["debater", "judge"]
    mandate: str
    cites: tuple[str, ...]
    never: tuple[str, ...]


KEYS = tuple(field.name for field in fields(Agent) if field.name != "id")


def _check_text(text: object) -> str:
    """Return a text without white space around it. Raises ValueError with what is wrong."""
    if not isinstance(text, str) or not text.strip():
        raise ValueError("must be text, and not empty")
    if len(text) > LONGEST:
        raise ValueError(f"must have at most {LONGEST:,} characters")
    return text.strip()


def _check(key: str, value: object, role: str) -> object:
    """Return a value of a file as Agent holds it. Raises ValueError with what is wrong."""
    if key in {"cites", "never"}:
        if not isinstance(value, list) or not value:
            raise ValueError("must be a list of text, and not empty")
        return tuple(map(_check_text, cast("list[object]", value)))
    text = _check_text(value)
    if key == "role" and text != role:
        raise ValueError(f"must be {role}")
    if key == "name" and not text.isprintable():
        raise ValueError("must stand on one line")
    return text


def read(path: Path, role: str) -> Agent:
    """Read the agent of a file. Raises Misconfigured that names the file and the key."""
    place = f"lib/agents/{path.name}"
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Misconfigured(f"{place} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise Misconfigured(f"{place}: {error}") from None
    for key in sorted(table.keys() ^ set(KEYS)):
        raise Misconfigured(f"{place}: {key} {'is unknown' if key in table else 'is missing'}")
    values: dict[str, Any] = {}
    for key in KEYS:
        try:
            values[key] = _check(key, table[key], role)
        except ValueError as error:
            raise Misconfigured(f"{place}: {key} {error}") from None
    return Agent(path.stem, **values)


DEBATERS = tuple(read(HERE / f"{agent_id}.toml", "debater") for agent_id in DEBATER_IDS)
"""The debaters in the order in which they speak."""

JUDGE = read(HERE / f"{JUDGE_ID}.toml", "judge")

NAMES = {agent.id: agent.name for agent in (*DEBATERS, JUDGE)}

VERSION = hashlib.sha256(repr((DEBATERS, JUDGE)).encode()).hexdigest()[:12]
"""A hash of all agents' files, which DebateStarted records."""
