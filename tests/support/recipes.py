"""Follow the recipes of lib/README.md in a copy of the project.

A step of a recipe is a line that ends in a colon, and the block of code under it:

- "The handler, `functions/greet.py`:" adds the block to the end of the file, and makes the file where there is none.
- "In `lib/state.py`, after `queue: Queue`:" puts the block under that line, "before" above it, "instead of" in
  its place. The line must be in the file once; its indentation does not count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STEP = re.compile(
    r"^(?:The [^`\n]*`(?P<file>[\w./]+)`[^\n]*"
    r"|In `(?P<edited>[\w./]+)`, (?P<how>after|before|instead of) `(?P<line>[^`\n]+)`[^\n]*)"
    r":\n\n```\w+\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One file to be changed; `line` is empty where `text` goes to its end."""

    path: str
    how: str
    line: str
    text: str

    def follow(self, root: Path) -> None:
        """Change the file. Raises ValueError where the line is not there, or there more than once."""
        file = root / self.path
        if not self.line:
            file.parent.mkdir(exist_ok=True)
            with file.open("a", encoding="utf-8") as opened:
                opened.write(self.text)
            return
        lines = file.read_text("utf-8").splitlines(keepends=True)
        places = [place for place, line in enumerate(lines) if line.strip() == self.line.strip()]
        if len(places) != 1:
            raise ValueError(f"{self.path} has {len(places)} lines {self.line!r}")
        first = places[0] + (self.how == "after")
        lines[first : first + (self.how == "instead of")] = [self.text]
        file.write_text("".join(lines), "utf-8")


def steps(document: str, heading: str) -> list[Step]:
    """Return the steps of one recipe, in order."""
    section = re.split(r"\n##+ ", document.partition(f"### {heading}\n")[2])[0]
    return list(_steps(section))


def _steps(section: str) -> Iterator[Step]:
    for found in STEP.finditer(section):
        yield Step(found["file"] or found["edited"], found["how"] or "", found["line"] or "", found["text"])
