"""Write Markdown (https://spec.commonmark.org) in which foreign text is only ever text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

INLINE = re.compile(r"[\\`*_\[\]<>&~|$]")
BLOCK = re.compile(r"^(?:([#>+=-])|(\d{1,9})([.)]))", re.MULTILINE)
SPACE = re.compile(r"[^\S\n]+")
BLANK = re.compile(r"\s*\n\s*\n\s*")


def line(text: str) -> str:
    """Escape a text that has its place within a line."""
    return INLINE.sub(r"\\\g<0>", " ".join(text.split()))


def paragraphs(text: str) -> str:
    """Escape a text of its own; its empty lines part paragraphs, and no line of it begins anything else."""
    parts = (_paragraph(part) for part in BLANK.split(text.strip()))
    return "\n\n".join(part for part in parts if part)


def _paragraph(text: str) -> str:
    lines = (SPACE.sub(" ", part).strip() for part in text.splitlines())
    escaped = INLINE.sub(r"\\\g<0>", "\n".join(part for part in lines if part))
    return BLOCK.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", escaped)


def items(texts: Iterable[str]) -> str:
    """Write a list of what is Markdown already."""
    return "\n".join(f"- {text}" for text in texts)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table of foreign text."""
    body = (" | ".join(map(line, row)) for row in rows)
    return "\n".join(f"| {row} |" for row in (" | ".join(head), " | ".join("---" for _ in head), *body))
