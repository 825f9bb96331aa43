"""The command scripts/evaluate: debate twelve articles with a model, and measure the debates."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from scripts.local import arguments, client, stack
from scripts.local.evaluation import cases, debates, report
from scripts.local.evaluation.measures import measure
from scripts.local.functions import NotStarted
from scripts.local.interrupt import interruptible
from scripts.local.postgres import EmbeddedPostgresError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

EXAMPLES = """examples:
  scripts/evaluate                                         the offline model on all articles
  scripts/evaluate bear_credit thin_tip --rounds 3         two of them
  OPENAI_API_KEY=... scripts/evaluate --model gpt-4o-mini --json > mini.json
  scripts/evaluate --json > offline.json; scripts/evaluate --compare offline.json mini.json --html report.html

exit status:
  0  every article passes
  1  an article fails, or nothing could be measured
  2  a wrong argument"""


def _options() -> Namespace:
    description = "Debate twelve articles with a model, and measure the verdicts and the turns."
    parser = arguments.parser("evaluate", description, EXAMPLES)
    parser.add_argument("article", nargs="*", help="the articles to debate; default: all")
    parser.add_argument(
        "--model", default=os.environ.get("DEBATE_MODEL") or "offline", help="default: DEBATE_MODEL, or offline"
    )
    parser.add_argument("--rounds", type=int, default=2, choices=range(1, 6), help="rounds of each debate; default: 2")
    parser.add_argument("--json", action="store_true", help="print one JSON object for each article")
    parser.add_argument("--html", type=Path, metavar="FILE", help="also write an HTML page with charts")
    parser.add_argument(
        "--compare",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="show earlier output of --json instead of running debates",
    )
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stderr.write(f"... {text}\n")


def _evaluated(options: Namespace, chosen: Sequence[cases.Case]) -> list[report.Line]:
    settings = debates.SETTINGS | {"DEBATE_MODEL": options.model}
    with (
        tempfile.TemporaryDirectory() as directory,
        stack.running(Path(directory) / "functions.log", _say, settings=settings) as serving,
    ):
        debate = debates.run(serving.url, chosen, options.rounds, _say)
    return [measure(one, [other for other in debate if other is not one]).as_json() for one in debate]


def _earlier(file: Path) -> list[report.Line]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def _models(options: Namespace) -> list[list[report.Line]]:
    """Return the lines of each model."""
    if options.compare:
        return [_earlier(file) for file in options.compare]
    return [_evaluated(options, cases.read(options.article))]


def _names(lines: list[report.Line]) -> list[str]:
    return [line["case"] for line in lines]


def _show(models: list[list[report.Line]], options: Namespace) -> None:
    for lines in models:
        text = "\n".join(map(json.dumps, lines)) if options.json else report.table(lines)
        sys.stdout.write(f"{text}\n")
    if options.html:
        common = [name for name in _names(models[0]) if all(name in _names(lines) for lines in models)]
        options.html.write_text(report.page(models, cases.read(common)), "utf-8")


@interruptible("scripts/evaluate: interrupted; everything was stopped")
def main() -> None:
    """Exit with 0 if every article passes, 1 if not, 2 for a wrong argument."""
    options = _options()
    try:
        models = _models(options)
        _show(models, options)
    except cases.NoSuchCase as error:
        sys.stderr.write(f"scripts/evaluate: {error}\n")
        sys.exit(2)
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"scripts/evaluate: a file of --compare or --html cannot be used: {error}")
    except (client.Refused, NotStarted, EmbeddedPostgresError, httpx.TransportError) as error:
        sys.exit(f"scripts/evaluate: {error}")
    sys.exit(not all(line["ok"] for lines in models for line in lines))


if __name__ == "__main__":
    main()
