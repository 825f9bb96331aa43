"""Exit on Ctrl-C with one line instead of a traceback, and with the status that shells expect."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

INTERRUPTED = 130
"""128 plus the number of SIGINT."""


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


@contextlib.contextmanager
def interruptible(message: str, say: Callable[[str], None] = _say) -> Generator[None]:
    """On KeyboardInterrupt, print `message`, by default on standard error, and exit."""
    try:
        yield
    except KeyboardInterrupt:
        say(message)
        sys.exit(INTERRUPTED)
