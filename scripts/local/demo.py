"""The command scripts/demo: debate an article on this machine, without a key or an account."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from lib.agents import roster
from scripts.local import arguments, article, client, demo_web, stack
from scripts.local.functions import NotStarted
from scripts.local.interrupt import interruptible
from scripts.local.postgres import EmbeddedPostgresError
from scripts.local.terminal import Terminal, paint

if TYPE_CHECKING:
    from argparse import Namespace

ARTICLE = Path(__file__).parent / "article.md"

EXAMPLES = """examples:
  scripts/demo                          the article that ships with the repository
  scripts/demo notes.md --rounds 3      your own text; its signals are in notes.signals.json, if that exists
  scripts/demo --json | tail -1         the events, one a line
  scripts/demo --web                    the example application in a browser, to start debates there
  DEBATE_MODEL=gpt-4o-mini OPENAI_API_KEY=... scripts/demo

exit status:
  0  the debate was completed
  1  it was not, or nothing could be started
  2  a wrong argument"""


def _options() -> Namespace:
    description = "Start PostgreSQL and all functions on this machine, and watch three agents debate an article."
    parser = arguments.parser("demo", description, EXAMPLES)
    parser.add_argument(
        "file", nargs="?", type=Path, default=ARTICLE, help="a text file; its first line may be # Title"
    )
    parser.add_argument("--rounds", type=int, default=2, help="rounds of the debate, 1 to 5; default: 2")
    parser.add_argument("--question", help="a question for the agents")
    parser.add_argument("--force", action="store_true", help="debate the text even if nothing in it is financial")
    parser.add_argument("--json", action="store_true", help="print the events as JSON, one per line")
    parser.add_argument("--web", action="store_true", help="open the example application instead; Ctrl-C stops it")
    options = parser.parse_args()
    if options.web and sys.argv[1:] != ["--web"]:
        parser.error("--web takes no other argument: the text is entered on the page")
    return options


def _say(text: str) -> None:
    sys.stderr.write(paint(f"... {text}\n", "2") if sys.stderr.isatty() else f"... {text}\n")


def _debate(options: Namespace) -> str:
    """Run a debate, print its events, and return the type of the last one."""
    request = article.request(options.file, options.rounds, options.question, force=options.force)
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
            if options.json:
                sys.stdout.write(json.dumps(event, ensure_ascii=False) + "\n")
                sys.stdout.flush()
            else:
                terminal.show(event)
        _say("stopping everything")
    return str(event["type"])


@interruptible("interrupted; everything was stopped", _say)
def main() -> None:
    """Exit with 0 after a completed debate, 1 after any other, 2 for a wrong argument."""
    options, start = _options(), time.monotonic()
    try:
        ended = demo_web.show(_say) if options.web else _debate(options)
    except article.Unreadable as error:
        sys.exit(f"scripts/demo: {error}")
    except (client.Refused, NotStarted, EmbeddedPostgresError, httpx.TransportError) as error:
        sys.exit(f"scripts/demo: {error}")
    except BrokenPipeError:  # the reader of the events, such as head, has ended
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    _say(f"{ended} after {time.monotonic() - start:.1f} s")
    sys.exit(ended != "debate.completed")


if __name__ == "__main__":
    main()
