"""Make a Verdict of the judge's Judgement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.agents.verdict.adjustments import adjust
from lib.agents.verdict.evidence import locate
from lib.contract.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lib.agents.verdict.adjustments import Rule
    from lib.contract.events import TurnCompleted
    from lib.contract.verdict import Judgement


def verdict(
    judgement: Judgement,
    content: str,
    turns: Mapping[int, TurnCompleted],
    gaps: Iterable[str] = (),
    rules: Sequence[Rule] = (),
) -> Verdict:
    """Return the verdict: quotes that do not stand at their source are dropped and counted.

    `gaps` are added to its missing data; `rules` lower its confidence, one after the other.
    """
    located = [locate(evidence, content, turns) for evidence in judgement.evidence]
    kept = dict.fromkeys(evidence for evidence in located if evidence is not None)
    fields = judgement.model_dump(exclude={"evidence"})
    fields["missing_data"] = (*judgement.missing_data, *gaps)
    fields["confidence"], steps = adjust(judgement.confidence, rules)
    return Verdict(**fields, evidence=tuple(kept), adjustments=steps, dropped_quotes=located.count(None))
