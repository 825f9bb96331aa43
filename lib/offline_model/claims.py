"""Find what the others claimed, and choose the claim to answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from lib.agents.roster import NAMES
from lib.offline_model.sentences import clip, sentences
from lib.offline_model.wording import named, pick

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lib.agents.prompt.prompt import Speech
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
"""Which kind of claim each agent answers first."""

LENGTH = range(35, 180)
WORDS, SHORT = 14, 8
"""How many words of a claim make a quote, where a clause of it ends there; a short one stays whole."""
CLAUSE = re.compile(r"[;:] (?!\d)|, (?=(?:and|but|which|since|because|so|as) )")
DANGLING = re.compile(
    r"(?:That|It|Its|This|Then|If that|Alone|Such|Here|They|Those|Remove|One has|Without it|Against|True|Until|Too|And"
    r"|Possible|Conceivable|Perhaps|Mine|Noted|So|Let us|Between|At the end|There|Another|The same|Which|Before it)\b"
)
"""How a sentence begins that needs the one before it."""
CONCRETE = re.compile(
    r"\d|\b(?:defensive|constructive|risk-o\w+|confidence|signals|board|majority|policy|employment|jobs|credit"
    r"|growth|volatility|silent|missing|passages|arithmetic)\b",
    re.IGNORECASE,
)
"""What a claim about this material speaks of, and a maxim does not."""
MENTIONS = re.compile("|".join(map(re.escape, NAMES.values())))


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that another agent said, as it stands in that turn."""

    speech: Speech
    text: str
    kind: Kind

    @property
    def quote(self) -> str:
        """The claim, or of a long one the beginning up to where a clause of it ends."""
        ends = [end.start() for end in CLAUSE.finditer(self.text)]
        fit = [end for end in ends if SHORT <= len(self.text[:end].split()) <= WORDS]
        return self.text[: fit[-1]] if fit and len(self.text.split()) > WORDS else self.text

    @property
    def name(self) -> str:
        """The display name of who said it."""
        return NAMES.get(self.speech.agent, self.speech.agent)


def claims(speech: Speech, signals: Sequence[Signal] = ()) -> Iterator[Claim]:
    """Yield each sentence of a speech that quotes nobody and is fit to be quoted."""
    for sentence in sentences(speech.text):
        text = sentence.rstrip(".")
        if '"' not in text and "\n" not in text and len(text) in LENGTH and not MENTIONS.search(text):
            rests_on = kind(text)
            if rests_on != "stress" and any(named(signal) in text for signal in signals):
                rests_on = "signals"
            yield Claim(speech, text, rests_on)


def kind(text: str) -> Kind:
    """Tell what a claim rests on."""
    for name, pattern in KINDS.items():
        if pattern.search(text):
            return name
    return "other"


def target(scene: Scene) -> Claim | None:
    """Choose the claim to answer: a concrete one, not quoted yet, of an agent not just answered."""
    order = TARGETS[scene.task.agent]
    own = "\n".join(scene.own)
    last = scene.own[-1] if scene.own else ""
    used = {
        found.kind for speech in scene.speeches for found in claims(speech, scene.board.signals) if found.quote in own
    }

    def weakness(claim: Claim) -> tuple[bool, bool, bool, bool, bool, bool, int, int, int]:
        return (
            bool(DANGLING.match(claim.text)) or claim.kind == "concession",
            not CONCRETE.search(claim.text) and claim.kind != "stress",
            claim.quote in scene.heard.replace(claim.speech.text, ""),
            len(claim.quote.split()) > WORDS,
            claim.kind in used,
            claim.name in last,
            order.index(claim.kind),
            -claim.speech.turn,
            pick(range(1000), claim.text, scene.seed),
        )

    found = [claim for speech in scene.speeches for claim in claims(speech, scene.board.signals)]
    return min(found, key=weakness, default=None) or _remark(scene)


def _remark(scene: Scene) -> Claim | None:
    """Fall back to the longest piece without quotation marks of the last speech, where no sentence of it is fit."""
    for speech in reversed(scene.speeches):
        text = clip(max(re.split(r'["\n]', speech.text), key=len).strip(), LENGTH.stop)
        if any(character.isalnum() for character in text):
            return Claim(speech, text, "other")
    return None
