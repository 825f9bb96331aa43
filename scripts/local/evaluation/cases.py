"""The articles of the evaluation, each with the conclusions that a fair judge may reach."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).parent / "cases"


class NoSuchCase(Exception):
    """No article has this name; the message lists all names."""


@dataclass(frozen=True, slots=True)
class Case:
    """An article with its signals; `stances` and `most_confidence` bound the verdict, `adjustments` must be made."""

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
        """Return the body for debate-start; each signal is dated `age_days` before now."""
        content = {"type": "article", "title": self.title, "text": self.text.strip()}
        signals = [_dated(signal) for signal in self.signals]
        return {"content": content, "rounds": rounds, "signals": signals, "force": self.force}


CASE = TypeAdapter(Case)


def _dated(signal: dict[str, Any]) -> dict[str, Any]:
    moment = datetime.now(UTC).replace(microsecond=0) - timedelta(days=signal["age_days"])
    given = {name: value for name, value in signal.items() if name != "age_days"}
    return {**given, "as_of": moment.isoformat(), "source": "illustrative"}


def read(names: Sequence[str]) -> list[Case]:
    """Return the cases with these names, or all. Raises NoSuchCase."""
    known = {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}
    if unknown := [name for name in names if name not in known]:
        raise NoSuchCase(f"there is no article {unknown[0]!r}; there are {', '.join(known)}")
    return [_case(known[name]) for name in names or known]


def _case(path: Path) -> Case:
    return CASE.validate_python(tomllib.loads(path.read_text("utf-8")) | {"name": path.stem})
