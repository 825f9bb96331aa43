"""Read environment variables, and say in one line what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")


class Misconfigured(Exception):
    """The process cannot start; the message is one line that names the variable or key, never its value."""


class Required(Enum):
    """The default of a variable that has none."""

    REQUIRED = "required"


REQUIRED = Required.REQUIRED


@dataclass(frozen=True, slots=True)
class Variable(Generic[T]):
    """One variable; `parse` raises ValueError with what is wrong, without the value."""

    name: str
    meaning: str
    parse: Callable[[str], T]
    default: T | Required = REQUIRED

    def read(self, environ: Mapping[str, str]) -> T:
        """Return the variable's value; empty is as good as unset. Raises Misconfigured."""
        text = environ.get(self.name, "").strip()
        if not text:
            if isinstance(self.default, Required):
                raise Misconfigured(f"{self.name} is not set: {self.meaning}")
            return self.default
        try:
            return self.parse(text)
        except ValueError as error:
            raise Misconfigured(f"{self.name} is not valid: {error}") from None


def whole(least: int, most: int) -> Callable[[str], int]:
    """Parse a whole number within bounds."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise ValueError(f"it must be a whole number from {least} to {most}")
        return int(text)

    return parse


def one_of(*choices: str) -> Callable[[str], str]:
    """Parse one of the words given."""

    def parse(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError(f"it must be one of {', '.join(choices)}")
        return text.lower()

    return parse


def items(text: str) -> tuple[str, ...]:
    """Parse a comma-separated list, without its empty items."""
    return tuple(item.strip() for item in text.split(",") if item.strip())
