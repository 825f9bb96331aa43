"""Rate the debates of a model on twelve articles: scripts/evaluate [ARTICLE ...]."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from scripts.local import client, stack
from scripts.local.evaluation import cases, hearing, report
from scripts.local.evaluation.measures import measure
from scripts.local.functions import NotStarted
from scripts.local.interrupt import interruptible
from scripts.local.postgres import EmbeddedPostgresError

if TYPE_CHECKING:
    from collections.abc import Sequence

EXAMPLES = """examples:
  scripts/evaluate                                         the offline model on all articles
  scripts/evaluate bear_credit thin_tip --rounds 3         two of them
  OPENAI_API_KEY=... scripts/evaluate --model gpt-4o-mini --json > mini.json
  scripts/evaluate --json > offline.json; scripts/evaluate --compare offline.json mini.json --html report.html

It exits with 0 where every article passes, and with 1 where one does not."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/evaluate",
        description="Hold a debate on each of twelve articles, and measure what the verdict and the turns are worth.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("article", nargs="*", help="the articles to debate, by default all")
    parser.add_argument("--model", default=os.environ.get("DEBATE_MODEL") or "offline", help="by default DEBATE_MODEL")
    parser.add_argument("--rounds", type=int, default=2, choices=range(1, 6), help="by default 2")
    parser.add_argument("--json", action="store_true", help="print JSON, one object an article")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page with pictures, too")
    parser.add_argument("--compare", nargs="+", type=Path, metavar="FILE", help="show what --json printed earlier")
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stderr.write(f"... {text}\n")


def _evaluated(arguments: argparse.Namespace, chosen: Sequence[cases.Case]) -> list[report.Line]:
    settings = hearing.SETTINGS | {"DEBATE_MODEL": arguments.model}
    with (
        tempfile.TemporaryDirectory() as directory,
        stack.running(Path(directory) / "functions.log", _say, settings=settings) as serving,
    ):
        held = hearing.hold(serving.url, chosen, arguments.rounds, _say)
    return [measure(one, [other for other in held if other is not one]).as_json() for one in held]


def _earlier(file: Path) -> list[report.Line]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def _models(arguments: argparse.Namespace) -> list[list[report.Line]]:
    """Return the lines of each model."""
    if arguments.compare:
        return [_earlier(file) for file in arguments.compare]
    return [_evaluated(arguments, cases.read(arguments.article))]


def _names(lines: list[report.Line]) -> list[str]:
    return [line["case"] for line in lines]


def _show(models: list[list[report.Line]], arguments: argparse.Namespace) -> None:
    for lines in models:
        text = "\n".join(map(json.dumps, lines)) if arguments.json else report.table(lines)
        sys.stdout.write(f"{text}\n")
    if arguments.html:
        common = [name for name in _names(models[0]) if all(name in _names(lines) for lines in models)]
        arguments.html.write_text(report.page(models, cases.read(common)), "utf-8")


@interruptible("scripts/evaluate: interrupted; everything was stopped")
def main() -> None:
    """Exit with 0 where every article passes, 1 where one does not or nothing could be measured, 2 for a mistake."""
    arguments = _arguments()
    try:
        models = _models(arguments)
        _show(models, arguments)
    except cases.NoSuchCase as error:
        sys.stderr.write(f"scripts/evaluate: {error}\n")
        sys.exit(2)
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"scripts/evaluate: what was to be compared or written is not usable: {error}")
    except (client.Refused, NotStarted, EmbeddedPostgresError, httpx.TransportError) as error:
        sys.exit(f"scripts/evaluate: {error}")
    sys.exit(not all(line["ok"] for lines in models for line in lines))


if __name__ == "__main__":
    main()
