"""Find a quote in its source text."""

from __future__ import annotations

import functools
import re
import unicodedata

SAME = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u2032\u02bc`\u00b4", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    }
)
"""Characters that models exchange for each other when they copy a text."""

WORD = re.compile("[A-Za-z0-9]")
AROUND = " \"'.,;:\u2026"


@functools.lru_cache(maxsize=64)
def _plain(text: str) -> tuple[str, tuple[int, ...]]:
    """Return a text in which alike characters are one, with the place of each in the original.

    Runs of white space become one space; invisible characters (Unicode's Cf) are dropped.
    """
    signs: list[str] = []
    places: list[int] = []
    for place, written in enumerate(text):
        sign = " " if written.isspace() else written.translate(SAME)
        if unicodedata.category(sign) == "Cf" or (sign == " " and signs[-1:] == [" "]):
            continue
        signs.append(sign)
        places.append(place)
    return "".join(signs), tuple(places)


def find(quote: str, source: str) -> str | None:
    """Return the quoted text verbatim from the source, or None where the source does not have it in one piece.

    White space, invisible characters, the kind of quotation marks and dashes, and a full stop at the end may differ.
    Half a word or half a figure is not found.
    """
    text, places = _plain(source)
    for wanted in (_plain(quote)[0].strip(), _plain(quote)[0].strip(AROUND)):
        found = _whole(wanted).search(text) if any(map(str.isalnum, wanted)) else None
        if found:
            return source[places[found.start()] : places[found.end() - 1] + 1]
    return None


def _whole(wanted: str) -> re.Pattern[str]:
    before = r"(?<![A-Za-z0-9])(?<![0-9][.,])" if WORD.match(wanted) else ""
    after = r"(?![A-Za-z0-9]|[.,][0-9])" if WORD.match(wanted[-1]) else ""
    return re.compile(before + re.escape(wanted) + after)
