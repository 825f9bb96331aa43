"""The report of an evaluation: a table, or an HTML page that compares models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scripts.local.evaluation.measures import MOST_SHARED, MOST_SHARED_ARTICLES
from scripts.local.terminal import paint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scripts.local.evaluation.cases import Case

Line = dict[str, Any]

HERE = Path(__file__).parent
SHARES = ("evidence_verbatim", "rebuttals_quoting", "turns_overlap", "articles_overlap")
HEAD = (
    "article",
    "stance",
    "sure",
    "evidence",
    "rebuttals",
    "numbers",
    "turns",
    "articles",
    "tokens",
    "USD",
    "s",
    "faults",
)
WORDS = ("article", "stance", "faults")


def table(lines: Sequence[Line]) -> str:
    """Return a table with one row for each article, and the summary."""
    rows = [HEAD, *(_row(line) for line in lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    text = [_padded(row, widths) for row in rows]
    painted = [paint(row, "2" if place == 0 else _colour(lines[place - 1])) for place, row in enumerate(text)]
    return "\n".join([*painted, "", *summary(lines)])


def _padded(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.ljust(width) if name in WORDS else cell.rjust(width)
        for name, cell, width in zip(HEAD, row, widths, strict=True)
    ]
    return "  ".join(cells).rstrip()


def _colour(line: Line) -> str:
    return "0" if line["ok"] else "31"


def _row(line: Line) -> tuple[str, ...]:
    stance = (line["stance"] or line["ended"]).replace("_", " ")
    return (
        line["case"],
        f"{stance}{'' if line['stance_allowed'] else ' !'}",
        "-" if line["confidence"] is None else f"{line['confidence']:.2f}",
        f"{line['evidence_verbatim']:.0%} of {line['evidence']}",
        f"{line['rebuttals_quoting']:.0%} of {line['rebuttals']}",
        str(len(line["invented"])),
        f"{line['turns_overlap']:.0%}",
        f"{line['articles_overlap']:.0%}",
        f"{line['tokens']:,}",
        "-" if line["cost_usd"] is None else f"{line['cost_usd']:.4f}",
        f"{line['seconds']:.1f}",
        ", ".join(line["faults"]) or "-",
    )


def summary(lines: Sequence[Line]) -> list[str]:
    """Return the totals of the lines, one sentence each."""
    allowed = sum(line["stance_allowed"] for line in lines)
    numbers = sum(len(line["invented"]) for line in lines)
    verbatim = min(line["evidence_verbatim"] for line in lines)
    turns, articles = (max(line[name] for line in lines) for name in ("turns_overlap", "articles_overlap"))
    missing = sum(len(line["adjustments_missing"]) for line in lines)
    return [
        f"{allowed} of {len(lines)} stances allowed",
        f"{numbers} numbers without a source",
        f"{verbatim:.0%} verbatim evidence in the worst article",
        f"{turns:.0%} of five-word sequences shared by two turns at most; must be under {MOST_SHARED:.0%}",
        f"{articles:.0%} shared by two articles at most; must be under {MOST_SHARED_ARTICLES:.0%}",
        f"{missing} adjustments missing",
    ]


def page(models: Sequence[Sequence[Line]], cases: Sequence[Case]) -> str:
    """Return an HTML page that shows the models side by side and loads nothing from other hosts."""
    templates = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    by_case = {
        case.name: [next(line for line in lines if line["case"] == case.name) for lines in models] for case in cases
    }
    return templates.get_template("report.html").render(
        models=[lines[0]["model"] for lines in models],
        cases=cases,
        by_case=by_case,
        summaries=[summary(lines) for lines in models],
        shares={name: name.replace("_", " ") for name in SHARES},
        most=MOST_SHARED,
    )
