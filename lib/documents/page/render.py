"""Show a debate as one printable page in HTML that needs nothing else and runs nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from lib.agents import model
from lib.contract.events import TurnCompleted, TurnFailed
from lib.documents import outline, texts
from lib.web.page_headers import page_headers

if TYPE_CHECKING:
    from lib.debates.result import Outcome

FOLDER = Path(__file__).parent
STYLE = (FOLDER / "page.css").read_text("utf-8")
HEADERS = page_headers([STYLE.encode()])

_templates = Environment(
    loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def write(outcome: Outcome) -> str:
    """Return the page; all text of users and models is escaped."""
    request, result = outcome
    return _templates.get_template("page.html").render(
        style=Markup(STYLE),  # noqa: S704 - our own file, in which nothing is put in
        request=request,
        debate=result.debate,
        verdict=result.verdict,
        usage=result.usage,
        rounds=list(outline.rounds(result)),
        closing_steers=outline.closing_steers(result),
        agent_name=outline.agent_name,
        texts=texts,
        offline=result.debate.model == model.OFFLINE,
        completed=_completed,
    )


def _completed(turn: TurnCompleted | TurnFailed) -> bool:
    match turn:
        case TurnCompleted():
            return True
        case TurnFailed():
            return False
        case _:
            assert_never(turn)
