"""Set data apart from instructions in a prompt.

Text of a user, a publisher or a model stands between two lines of a delimiter that is drawn anew for each prompt and
named by its system message; nothing outside of two such lines comes from any of them.
"""

from __future__ import annotations

import re
import secrets
import unicodedata

PATTERN = r"=== [0-9a-f]{16} ==="

NOT_ASCII = re.compile(r"[^\x00-\x7f]")
JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
VARIATION_SELECTORS = range(0xE0100, 0xE01F0)


def new_delimiter() -> str:
    """Draw the delimiter of one prompt, which no text can foresee."""
    return f"=== {secrets.token_hex(8)} ==="


def headed(head: str, text: str, delimiter: str) -> str:
    """Write a line that says what the text is, then the delimited text."""
    return f"{head}\n{delimited(text, delimiter)}"


def delimited(text: str, delimiter: str) -> str:
    """Write the visible characters of a text between two lines of the delimiter."""
    return f"{delimiter}\n{visible(text)}\n{delimiter}"


def visible(text: str) -> str:
    """Drop characters that a model reads and a person does not see (Unicode's Cf); those that join letters stay."""
    return NOT_ASCII.sub(lambda found: found[0] if _is_visible(found[0]) else "", text)


def _is_visible(sign: str) -> bool:
    return sign in JOINERS or not (unicodedata.category(sign) == "Cf" or ord(sign) in VARIATION_SELECTORS)
