"""Run a chat as a page that uses the AI SDK does, and check what the page shows."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

from scripts.local import clerk
from scripts.local.functions import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.support.stream import Event

PACKAGES = ("ai", "ai-before")
"""The npm packages of the AI SDK's current and previous major version, as tests/clients names them."""

TEXT = "Utilities lead\nUtilities lead the market by 3% while lumber lags gold."
NODE, CLIENTS = ROOT / ".venv" / "bin" / "node", ROOT / "tests" / "clients"


def run_chat(url: str, package: str, user: str, cuts: int = 0) -> Any:
    """Return the state of a page at the end of a chat whose connection is cut `cuts` times."""
    command = [NODE, "chat.mjs", package, f"{url}/debate-chat", "chat-1", TEXT, str(cuts)]
    token = {"TOKEN": clerk.token(user, seconds=600)}
    done = subprocess.run(
        command, cwd=CLIENTS, env=os.environ | token, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def check(seen: Any, log: Sequence[Event]) -> None:
    """Check that a page's state shows what the debate's log says, and nothing twice."""
    asked, answer = seen["messages"]
    assert (asked["role"], answer["role"], answer["id"]) == ("user", "assistant", log[0]["debate_id"])
    turns = [part["data"] for part in answer["parts"] if part["type"] == "data-turn"]
    begun = [event for event in log if event["type"] == "turn.started"]
    assert [turn["agent"] for turn in turns] == [event["agent"] for event in begun]
    # The rule in README: each turn is followed by its one text, which counts unless it was discarded.
    texts = [part["text"] for part in answer["parts"] if part["type"] == "text"]
    counted = [text for turn, text in zip(turns, texts, strict=True) if not turn.get("discarded")]
    whole = [event["text"] for event in log if event["type"] == "turn.completed"]
    assert counted[: len(whole)] == whole
    assert len(counted) - len(whole) == (log[-1]["type"] == "debate.cancelled")
    verdicts = [event["verdict"] for event in log if event["type"] == "verdict.completed"]
    assert [part["data"] for part in answer["parts"] if part["type"] == "data-verdict"] == verdicts
    models = [event["model"] for event in log if event["type"] == "debate.started"]
    status = log[-1]["type"].removeprefix("debate.")
    assert answer["metadata"] == {"status": status, **({"model": models[-1]} if models else {})}
