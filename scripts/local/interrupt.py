"""End a program that is interrupted with a line, and with the status that shells expect."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

INTERRUPTED = 130
"""128 and the number of SIGINT."""


@contextlib.contextmanager
def interruptible(last_words: str) -> Generator[None]:
    """Where Ctrl-C comes, say this on standard error and exit."""
    try:
        yield
    except KeyboardInterrupt:
        sys.stderr.write(f"{last_words}\n")
        sys.exit(INTERRUPTED)
