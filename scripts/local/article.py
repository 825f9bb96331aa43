"""Read an article and its signals from files, as a request for a debate."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from lib.contract.debate import DebateRequest
from lib.contract.problems import ContentNotFinancial
from lib.debates import relevance

if TYPE_CHECKING:
    from pathlib import Path


class Unreadable(Exception):
    """The article cannot be debated; the message says why."""


def request(file: Path, rounds: int, question: str | None, *, force: bool = False) -> dict[str, Any]:
    """Return the body for debate-start. A first line `# Title` is the title; FILE.signals.json has the signals.

    Raises Unreadable.
    """
    try:
        lines = file.read_text("utf-8").strip().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{file} cannot be read: {error}") from error
    title = file.stem
    if lines and lines[0].startswith("# "):
        title = lines.pop(0).removeprefix("# ")
    content = {"type": "article", "title": title[:255], "text": "\n".join(lines).strip()}
    asked = {"question": question} if question else {}
    signals = _signals(file.with_suffix(".signals.json"))
    return _checked({"content": content, "rounds": rounds, "signals": signals, "force": force, **asked})


def _checked(body: dict[str, Any]) -> dict[str, Any]:
    """Raise Unreadable for what debate-start would refuse, before anything is started."""
    try:
        relevance.check(DebateRequest.model_validate_json(json.dumps(body)))
    except ValidationError as error:
        faults = [f"  /{'/'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise Unreadable("\n".join(["this cannot be debated:", *faults])) from error
    except ContentNotFinancial as problem:
        raise Unreadable(
            "the article says nothing about markets, money or the economy; --force debates it anyway"
        ) from problem
    return body


def _signals(file: Path) -> list[Any]:
    if not file.exists():
        return []
    try:
        return json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise Unreadable(f"{file} is not JSON: {error}") from error
