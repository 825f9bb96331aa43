"""Find the claims of other agents' turns, and choose the one to answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from lib.agents.roster import NAMES
from lib.offline_model.sentences import clip, sentences
from lib.offline_model.wording import named, pick

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lib.agents.prompt.parse import ParsedTurn
    from lib.contract.debate import Signal
    from lib.offline_model.scene import Scene

Kind = Literal["concession", "stress", "gap", "signals", "figure", "words", "lean", "other"]

KINDS: dict[Kind, re.Pattern[str]] = {
    "concession": re.compile(
        r"\b(?:concede|concession|grant|its due|fairness|fair|agree[ds]?|give up|yield|allow)\b", re.IGNORECASE
    ),
    "stress": re.compile(
        r"\b(?:suppose|imagine|stress|picture|would have to|worst|what if|in thought)\b", re.IGNORECASE
    ),
    "gap": re.compile(
        r"\b(?:silen(?:t|ce)|missing|absent|gaps?|no figure|nothing on|no signals?|without a signal)\b", re.IGNORECASE
    ),
    "signals": re.compile(r"\bsignals?\b|\b(?:board|majority|readings|voters|regime)\b", re.IGNORECASE),
    "figure": re.compile(r"\d"),
    "words": re.compile(r"\b(?:words?|wording|hedges?|hedged|tone|language|sentences?|passages?)\b", re.IGNORECASE),
    "lean": re.compile(r"\b(?:defensive|constructive|risk-o\w+|undecided|caution|case|confiden\w+)\b", re.IGNORECASE),
}
TARGETS: dict[str, tuple[Kind, ...]] = {
    "financial_analyst": ("stress", "gap", "signals", "words", "lean", "figure", "other", "concession"),
    "market_context": ("figure", "signals", "stress", "lean", "words", "gap", "other", "concession"),
    "risk_challenger": ("figure", "signals", "lean", "words", "gap", "stress", "other", "concession"),
}
"""The kinds of claims in the order in which each agent answers them."""

LENGTH = range(35, 180)
WORDS, SHORT = 14, 8
"""A claim of more than 14 words is quoted up to the end of a clause, after 8 to 14 words."""
CLAUSE = re.compile(r"[;:] (?!\d)|, (?=(?:and|but|which|since|because|so|as) )")
DANGLING = re.compile(
    r"(?:That|It|Its|This|Then|If that|Alone|Such|Here|They|Those|Remove|One has|Without it|Against|True|Until|Too|And"
    r"|Possible|Conceivable|Perhaps|Mine|Noted|So|Let us|Between|At the end|There|Another|The same|Which|Before it)\b"
)
"""Openings of sentences that refer to the sentence before."""
CONCRETE = re.compile(
    r"\d|\b(?:defensive|constructive|risk-o\w+|confidence|signals|board|majority|policy|employment|jobs|credit"
    r"|growth|volatility|silent|missing|passages|arithmetic)\b",
    re.IGNORECASE,
)
"""Words of claims about the material, which maxims do not use."""
MENTIONS = re.compile("|".join(map(re.escape, NAMES.values())))


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of another agent's turn, verbatim."""

    turn: ParsedTurn
    text: str
    kind: Kind

    @property
    def quote(self) -> str:
        """The claim, or the beginning of a long one, up to the end of a clause."""
        ends = [end.start() for end in CLAUSE.finditer(self.text)]
        fit = [end for end in ends if SHORT <= len(self.text[:end].split()) <= WORDS]
        return self.text[: fit[-1]] if fit and len(self.text.split()) > WORDS else self.text

    @property
    def name(self) -> str:
        """The display name of the claim's agent."""
        return NAMES.get(self.turn.agent, self.turn.agent)


def claims(turn: ParsedTurn, signals: Sequence[Signal] = ()) -> Iterator[Claim]:
    """Yield the sentences of a turn that can be quoted, and quote no other agent."""
    for sentence in sentences(turn.text):
        text = sentence.rstrip(".")
        if '"' not in text and "\n" not in text and len(text) in LENGTH and not MENTIONS.search(text):
            rests_on = kind(text)
            if rests_on != "stress" and any(named(signal) in text for signal in signals):
                rests_on = "signals"
            yield Claim(turn, text, rests_on)


def kind(text: str) -> Kind:
    """Return what a claim rests on."""
    for name, pattern in KINDS.items():
        if pattern.search(text):
            return name
    return "other"


def target(scene: Scene) -> Claim | None:
    """Choose the claim to answer: concrete, not quoted yet, and not of the agent that was answered last."""
    order = TARGETS[scene.task.agent]
    own = "\n".join(scene.own)
    last = scene.own[-1] if scene.own else ""
    used = {found.kind for turn in scene.turns for found in claims(turn, scene.board.signals) if found.quote in own}

    def weakness(claim: Claim) -> tuple[bool, bool, bool, bool, bool, bool, int, int, int]:
        return (
            bool(DANGLING.match(claim.text)) or claim.kind == "concession",
            not CONCRETE.search(claim.text) and claim.kind != "stress",
            claim.quote in scene.heard.replace(claim.turn.text, ""),
            len(claim.quote.split()) > WORDS,
            claim.kind in used,
            claim.name in last,
            order.index(claim.kind),
            -claim.turn.turn,
            pick(range(1000), claim.text, scene.seed),
        )

    found = [claim for turn in scene.turns for claim in claims(turn, scene.board.signals)]
    return min(found, key=weakness, default=None) or _longest_piece(scene)


def _longest_piece(scene: Scene) -> Claim | None:
    """Fall back to the longest piece without quotation marks of the last turn, where no sentence of it is fit."""
    for turn in reversed(scene.turns):
        text = clip(max(re.split(r'["\n]', turn.text), key=len).strip(), LENGTH.stop)
        if any(character.isalnum() for character in text):
            return Claim(turn, text, "other")
    return None
