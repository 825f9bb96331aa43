"""Bound the number of JSON's values and its nesting before it is decoded.

Each step is one pass of a method of bytes, so the time grows linearly whatever the input is (measured in
tests/lib/web/test_json_bounds.py); a regular expression or a loop over the brackets takes up to a second for 1 MiB.
"""

from __future__ import annotations

MOST_VALUES = 50_000
"""Values in one text, those inside of arrays and objects included, as its commas and opening brackets count them."""

MOST_NESTING = 32
"""How deep arrays and objects may nest."""

STRUCTURE = b"[]{},"
OTHERS = bytes(set(range(256)) - set(STRUCTURE))
AS_SQUARE = bytes.maketrans(b"{}", b"[]")


class OutOfBounds(ValueError):
    """A bound is exceeded; the message continues `The body`."""


def check(text: bytes) -> None:
    """Check JSON in UTF-8 without decoding it; whether it is JSON is not checked. Raises OutOfBounds."""
    openers = text.count(b"[") + text.count(b"{")
    if openers <= MOST_NESTING and openers + text.count(b",") <= MOST_VALUES:
        return  # too few to exceed a bound, wherever they stand: no need to find the strings
    structure = _structure(text)
    brackets = structure.translate(None, b",")
    if len(structure) - len(brackets) + brackets.count(b"[") > MOST_VALUES:
        raise _too_many()
    for _ in range(MOST_NESTING):
        brackets = brackets.replace(b"[]", b"")
    if brackets:
        raise OutOfBounds(f"nests deeper than {MOST_NESTING} levels, or its brackets do not match")


def _structure(text: bytes) -> bytes:
    """Return the commas and the brackets outside of strings, braces as square brackets. Raises OutOfBounds."""
    unescaped = text.replace(rb"\\", b"").replace(rb"\"", b"")
    if unescaped.count(b'"') > 4 * MOST_VALUES:  # a member has two strings, and a string two quotes
        raise _too_many()
    return b"".join(unescaped.split(b'"')[::2]).translate(AS_SQUARE, OTHERS)


def _too_many() -> OutOfBounds:
    return OutOfBounds(f"holds more than {MOST_VALUES:,} values")
