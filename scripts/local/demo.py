"""Debate an article on this machine, with no key and no account: scripts/demo [FILE]."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import httpx

from lib.agents import roster
from scripts.local import article, client, demo_web, stack
from scripts.local.functions import NotStarted
from scripts.local.interrupt import interruptible
from scripts.local.postgres import EmbeddedPostgresError
from scripts.local.terminal import Terminal, paint

ARTICLE = Path(__file__).parent / "article.md"

EXAMPLES = """examples:
  scripts/demo                          the article that ships with the repository
  scripts/demo notes.md --rounds 3      your own text; signals from notes.signals.json, if that is there
  scripts/demo --json | tail -1         the events, one a line
  scripts/demo --web                    the example application in a browser, to start debates there
  DEBATE_MODEL=gpt-4o-mini OPENAI_API_KEY=... scripts/demo"""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="Start PostgreSQL and all functions on this machine, and watch three agents debate an article.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", nargs="?", type=Path, default=ARTICLE, help="a text; its first line may be # Title")
    parser.add_argument("--rounds", type=int, default=2, help="from 1 to 5, by default 2")
    parser.add_argument("--question", help="what you want to know")
    parser.add_argument("--force", action="store_true", help="debate it also where nothing in it is financial")
    parser.add_argument("--json", action="store_true", help="print the events as JSON, one a line")
    parser.add_argument("--web", action="store_true", help="open the example application instead, until Ctrl-C")
    arguments = parser.parse_args()
    if arguments.web and sys.argv[1:] != ["--web"]:
        parser.error("--web takes nothing beside it: what is debated is asked for on the page")
    return arguments


def _say(text: str) -> None:
    sys.stderr.write(paint(f"... {text}\n", "2") if sys.stderr.isatty() else f"... {text}\n")


def _debate(arguments: argparse.Namespace) -> str:
    """Return the type of the event that ended the debate."""
    request = article.request(arguments.file, arguments.rounds, arguments.question, force=arguments.force)
    terminal = Terminal([*roster.DEBATERS, roster.JUDGE])
    event: dict[str, object] = {}
    with (
        tempfile.TemporaryDirectory() as directory,
        stack.running(Path(directory) / "functions.log", _say) as serving,
        httpx.Client(base_url=serving.url) as http,
    ):
        debate = client.start(http, request)
        _say(f"following {serving.url}{debate['stream_url']}\n")
        for event in client.follow(http, debate):
            if arguments.json:
                sys.stdout.write(json.dumps(event, ensure_ascii=False) + "\n")
                sys.stdout.flush()
            else:
                terminal.show(event)
        _say("stopping everything")
    return str(event["type"])


@interruptible("interrupted; everything was stopped", _say)
def main() -> None:
    """Exit with 0 after a completed debate, 1 after any other, 2 for a mistake in the call."""
    arguments, start = _arguments(), time.monotonic()
    try:
        ended = demo_web.show(_say) if arguments.web else _debate(arguments)
    except article.Unreadable as error:
        sys.exit(f"scripts/demo: {error}")
    except (client.Refused, NotStarted, EmbeddedPostgresError, httpx.TransportError) as error:
        sys.exit(f"scripts/demo: {error}")
    except BrokenPipeError:  # whoever read the events has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    _say(f"{ended} after {time.monotonic() - start:.1f} s")
    sys.exit(ended != "debate.completed")


if __name__ == "__main__":
    main()
