"""End a program that is interrupted with a line, and with the status that shells expect."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

INTERRUPTED = 130
"""128 and the number of SIGINT."""


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


@contextlib.contextmanager
def interruptible(last_words: str, say: Callable[[str], None] = _say) -> Generator[None]:
    """Where Ctrl-C comes, say this, by default on standard error, and exit."""
    try:
        yield
    except KeyboardInterrupt:
        say(last_words)
        sys.exit(INTERRUPTED)
