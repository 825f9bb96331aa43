"""Show a debate as one printable page in HTML that needs nothing else and runs nothing."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from lib.agents import model, roster
from lib.contract.events import TurnCompleted
from lib.documents import transcript

if TYPE_CHECKING:
    from lib.contract.events import TurnFailed
    from lib.debates.result import Outcome

HERE = Path(__file__).parent
STYLE = (HERE / "page.css").read_text("utf-8")
DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""Lets nothing run or load but the page's own style (https://www.w3.org/TR/CSP3/)."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_templates = Environment(
    loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def write(outcome: Outcome) -> str:
    """Return the page; all text of users and models is escaped."""
    request, result = outcome
    debaters = [turn for turn in result.turns if turn.agent != roster.JUDGE.id]
    rounds = {turn.round: [one for one in debaters if one.round == turn.round] for turn in debaters}
    return _templates.get_template("page.html").render(
        style=Markup(STYLE),  # noqa: S704 - our own file, in which nothing is put in
        request=request,
        debate=result.debate,
        verdict=result.verdict,
        usage=result.usage,
        rounds=rounds,
        steers=result.steers,
        last_remarks=transcript.last_remarks(result),
        names=transcript.NAMES,
        notes={
            "advice": transcript.NO_ADVICE,
            "offline": transcript.OFFLINE,
            "last": transcript.LAST_REMARKS,
            "unheard": transcript.UNHEARD,
        },
        offline=result.debate.model == model.OFFLINE,
        completed=_completed,
    )


def _completed(turn: TurnCompleted | TurnFailed) -> bool:
    return isinstance(turn, TurnCompleted)
