"""What must be true of every debate that has ended, whatever fault it met."""

from __future__ import annotations

from collections import Counter
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

from lib.contract.events import TERMINAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Event = dict[str, Any]
AGENTS = 3


def violations(log: Sequence[Event], seen: Iterable[Sequence[Event]], ending: str, status: str) -> list[str]:
    """Return a sentence for each violation.

    `log` has the events of the database, `seen` those of each viewer, `ending` is the expected type of the last event
    and `status` that of the debate's row.
    """
    viewers = chain.from_iterable(_viewer(log, viewer) for viewer in seen)
    return [*_order(log), *_end(log, ending, status), *_turns(log), *viewers]


def _order(log: Sequence[Event]) -> Iterator[str]:
    if [event["seq"] for event in log] != list(range(1, len(log) + 1)):
        yield "the log has a gap, or is out of order"
    attempts = [event["attempt"] for event in log if event["type"] == "debate.started"]
    if any(later <= earlier for earlier, later in pairwise(attempts)):
        yield f"the attempts do not rise: {attempts}"


def _end(log: Sequence[Event], ending: str, status: str) -> Iterator[str]:
    terminal = [event["type"] for event in log if event["type"] in TERMINAL]
    if terminal != [ending] or log[-1]["type"] != ending:
        yield f"it ended with {terminal or 'nothing'} instead of {ending} as the last event"
    if status != ending.removeprefix("debate."):
        yield f"its row says {status}"


def _turns(log: Sequence[Event]) -> Iterator[str]:
    completed = Counter(event["turn"] for event in log if event["type"] == "turn.completed")
    if twice := [turn for turn, times in completed.items() if times > 1]:
        yield f"turns were completed twice: {twice}"
    if log[-1]["type"] == "debate.completed" and len(completed) != AGENTS * log[0]["rounds"] + 1:
        yield f"only the turns {sorted(completed)} were completed"


def _viewer(log: Sequence[Event], seen: Sequence[Event]) -> Iterator[str]:
    if list(seen) != list(log):
        yield f"a viewer was sent {len(seen)} events that differ from the {len(log)} of the log"
    whole = {event["turn"]: event["text"] for event in log if event["type"] == "turn.completed"}
    for turn, text in _assembled(seen).items():
        if whole.get(turn, text) != text:
            yield f"a viewer's text of turn {turn} differs from the completed turn's"


def _assembled(seen: Sequence[Event]) -> dict[int, str]:
    """Return the text of each turn as a viewer assembles it from deltas alone."""
    texts: dict[int, str] = {}
    for event in seen:
        if event["type"] == "turn.delta":
            texts[event["turn"]] = texts.get(event["turn"], "") + event["text"]
        elif event["type"] in {"turn.reset", "turn.failed"}:
            texts.pop(event["turn"], None)
    return texts
