"""Hold the texts that the transcript and the page share."""

from __future__ import annotations

NO_ADVICE = (
    "This is a debate between language models about one text. It is no investment advice, no research, and no offer; "
    "check what it says at the source before you rely on it."
)
OFFLINE = "It was written by the offline model: rules that quote and count what the content says, and hold no opinion."

VERDICT, NO_VERDICT = "Verdict", "There is none."
KEY_POINTS, DISSENT, MISSING_DATA = "Key points", "Dissent", "Not known"
EVIDENCE, CONTENT = "Evidence, word for word", "the content"
ADJUSTMENTS = "Why the confidence was changed"
RULES = {
    "no-signals": "no market signal was supplied",
    "stale-signals": "signals were more than seven days old",
    "agent-missing": "not every agent spoke in every round",
    "offline-model": "the offline model holds no opinion",
}
"""What the rules of lib.agents.verdict.adjustments mean."""

DROPPED_QUOTES = "Quotes of the judge that stand nowhere, and were dropped"

SIGNALS = "Signals"
SIGNAL_COLUMNS = ("Signal", "State", "Value", "Strength", "As of", "Source")

USER, STEER = "The user", "Remark"
CLOSING_STEERS, UNANSWERED = "After the last round", "Nobody has answered this."
LEFT_OUT = "Left out"
