"""Read the articles that a model is rated on, with what may be concluded from each."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

if TYPE_CHECKING:
    from collections.abc import Sequence

PLACE = Path(__file__).parent / "cases"


class NoSuchCase(Exception):
    """There is no article of that name; the message says which there are."""


@dataclass(frozen=True, slots=True)
class Case:
    """An article with its signals, and the stances, confidence and adjustments that a fair judge may reach."""

    name: str
    about: str
    title: str
    text: str
    signals: tuple[dict[str, Any], ...]
    stances: tuple[str, ...]
    adjustments: tuple[str, ...] = ()
    most_confidence: float = 1.0
    force: bool = False

    def request(self, rounds: int) -> dict[str, Any]:
        """Return the body for debate-start; the signals are as old as the case says, today."""
        content = {"type": "article", "title": self.title, "text": self.text.strip()}
        signals = [_dated(signal) for signal in self.signals]
        return {"content": content, "rounds": rounds, "signals": signals, "force": self.force}


CASE = TypeAdapter(Case)


def _dated(signal: dict[str, Any]) -> dict[str, Any]:
    moment = datetime.now(UTC).replace(microsecond=0) - timedelta(days=signal["age_days"])
    given = {name: value for name, value in signal.items() if name != "age_days"}
    return {**given, "as_of": moment.isoformat(), "source": "illustrative"}


def read(names: Sequence[str]) -> list[Case]:
    """Return the cases named, or all. Raises NoSuchCase."""
    known = {path.stem: path for path in sorted(PLACE.glob("*.toml"))}
    if unknown := [name for name in names if name not in known]:
        raise NoSuchCase(f"there is no article {unknown[0]!r}; there are {', '.join(known)}")
    return [_case(known[name]) for name in names or known]


def _case(path: Path) -> Case:
    return CASE.validate_python(tomllib.loads(path.read_text("utf-8")) | {"name": path.stem})
