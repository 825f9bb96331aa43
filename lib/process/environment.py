"""Declare environment variables, and read them with a one-line error."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

HOST = r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?"
ORIGIN = re.compile(HOST)
ADDRESS = re.compile(HOST + r"(/[\w./~-]*)?", re.ASCII)
WORD = re.compile(r"[!-~]{1,1000}")


class Misconfigured(Exception):
    """The process cannot start; the message is one line that names the variable or key, never its value."""


class Required(Enum):
    """The default of a variable that has none."""

    REQUIRED = "required"


REQUIRED = Required.REQUIRED


@dataclass(frozen=True, slots=True)
class Variable(Generic[T]):
    """An environment variable; `parse` raises ValueError with a reason that does not contain the value."""

    name: str
    meaning: str
    parse: Callable[[str], T]
    default: T | Required = REQUIRED

    def read(self, environ: Mapping[str, str]) -> T:
        """Return the parsed value; an empty variable counts as unset. Raises Misconfigured."""
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
    """Parse one of the `choices`, in any case."""

    def parse(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError(f"it must be one of {', '.join(choices)}")
        return text.lower()

    return parse


def items(text: str) -> tuple[str, ...]:
    """Parse a comma-separated list, without its empty items."""
    return tuple(item.strip() for item in text.split(",") if item.strip())


def origins(text: str) -> tuple[str, ...]:
    """Parse a comma-separated list of web origins (RFC 6454), which end after the port."""
    found = items(text)
    if not all(ORIGIN.fullmatch(item) for item in found):
        raise ValueError("it must be like https://app.example.com,http://localhost:3000, without paths and *")
    return found


def web_address(text: str) -> str:
    """Parse the address of a server, with or without a path."""
    if not ADDRESS.fullmatch(text):
        raise ValueError("it must be like https://api.example.com/v1")
    return text.rstrip("/")


def word(text: str) -> str:
    """Parse a name or a key: visible ASCII without spaces."""
    if not WORD.fullmatch(text):
        raise ValueError("it must be visible ASCII characters without spaces, at most 1,000")
    return text
