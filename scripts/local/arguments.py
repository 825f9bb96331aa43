"""A command line whose help describes a script and shows examples."""

from __future__ import annotations

import argparse


def parser(script: str, description: str | None, epilog: str) -> argparse.ArgumentParser:
    """Return a parser for the command `scripts/<script>`; the epilog is shown as it is written."""
    return argparse.ArgumentParser(
        prog=f"scripts/{script}",
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
