"""The command line of a script: its help describes the script and shows examples."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import NoReturn

MISTAKE = 2
"""The exit status for a wrong argument."""


class _Parser(ArgumentParser):
    mistake = MISTAKE

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(self.mistake, f"{self.prog}: error: {message}\n")


def parser(script: str, description: str, epilog: str, *, mistake: int = MISTAKE) -> ArgumentParser:
    """Return a parser for scripts/<script>; the epilog is shown as it is, a wrong argument exits with `mistake`."""
    made = _Parser(
        prog=f"scripts/{script}", description=description, epilog=epilog, formatter_class=RawDescriptionHelpFormatter
    )
    made.mistake = mistake
    return made
