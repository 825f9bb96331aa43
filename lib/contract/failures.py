"""Say why a turn or a debate failed: one class a failure, as turn.failed and debate.failed name it."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from lib.contract.closed import Closed
from lib.contract.problem_type import ProblemType


class Failure(ProblemType):
    """The turn or the debate failed"""

    retryable: ClassVar[bool]
    """Whether the same request may succeed when it is made again."""

    default_detail: ClassVar[str]

    def __init__(self, detail: str = "") -> None:
        """Take another `detail` than the class's own, without the words of a model's provider."""
        super().__init__(detail or self.default_detail)

    def problem(self) -> EventProblem:
        """Return what an event says of the failure."""
        return EventProblem(type=self.type(), title=self.title(), detail=self.detail)


class ModelUnavailable(Failure):
    """The model did not answer"""

    retryable = True
    default_detail = "The model's server failed, or broke off in the middle of its answer."


class ModelUnreachable(Failure):
    """The model's server could not be reached"""

    retryable = True
    default_detail = "No connection to the model's server could be made, or it was lost before an answer came."


class ModelTimeout(Failure):
    """The model took too long"""

    retryable = True
    default_detail = "The model's server was silent for too long, or the turn's time was over before its answer was."


class ModelBusy(Failure):
    """The model's server is busy"""

    retryable = True
    default_detail = "The model's server has too many requests, or is still loading the model."


class ModelKeyRefused(Failure):
    """The model's server refused the key"""

    retryable = False
    default_detail = "The model's server does not take the key; whoever operates this must set another OPENAI_API_KEY."


class ModelUnknown(Failure):
    """The model's server does not know the model"""

    retryable = False
    default_detail = (
        "The model's server has no such model; whoever operates this must look at DEBATE_MODEL and OPENAI_BASE_URL."
    )


class ModelQuotaUsedUp(Failure):
    """The quota at the model's server is used up"""

    retryable = False
    default_detail = "The account at the model's provider has no credit left; whoever operates this must add some."


class ModelContextOverflow(Failure):
    """The debate is too long for the model"""

    retryable = False
    default_detail = (
        "What was to be read has more tokens than the model takes; whoever operates this must lower "
        "DEBATE_CONTEXT_TOKENS, or the content must be shorter."
    )


class ModelRefused(Failure):
    """The model refused the request"""

    retryable = False
    default_detail = (
        "The model's server refused the request; the log has its status and code for whoever operates this."
    )


class ModelNotConfigured(Failure):
    """No model is configured"""

    retryable = False
    default_detail = "Whoever operates this must set DEBATE_MODEL."


class ModelAnswerBroken(Failure):
    """The model's answer was broken"""

    retryable = True
    default_detail = "The answer did not have the form asked for."


class ModelAnswerEmpty(Failure):
    """The model's answer was empty"""

    retryable = True
    default_detail = "The model said nothing, would not say it, or broke off in the middle."


class ModelAnswerEndless(Failure):
    """The model's answer had no end"""

    retryable = False
    default_detail = "The answer went on beyond any length that a turn may have, and was dropped."


class ModelCut(Failure):
    """The model's answer was cut"""

    retryable = False
    default_detail = "The answer was too long for the model; start the debate again, with fewer rounds."


class ModelContentFilter(Failure):
    """The model's answer was withheld"""

    retryable = False
    default_detail = "The model's provider withheld the answer because of its content rules."


class TooFewVoices(Failure):
    """Too few agents could speak"""

    retryable = True
    default_detail = "Most agents of a round could not speak. Try again later."


class BudgetExceeded(Failure):
    """The debate's budget was used up"""

    retryable = True
    default_detail = "Its time or its tokens were used up before any agent had spoken; start it again later."


class DeadlineExceeded(Failure):
    """The debate took too long"""

    retryable = True
    default_detail = "Start it again, with fewer rounds."


class EventsRefused(Failure):
    """The debate could not be stored"""

    retryable = True
    default_detail = "The error was logged; start the debate again."


FAILURES: tuple[type[Failure], ...] = tuple(Failure.__subclasses__())


def _known_types(schema: dict[str, Any]) -> None:
    """List the failures in the schema of `type`; reading stays open, as a log may have a type of another release."""
    schema.pop("type")
    schema["oneOf"] = [
        {
            "const": failure.type(),
            "title": failure.title(),
            "description": failure.default_detail,
            "x-retryable": failure.retryable,
        }
        for failure in FAILURES
    ]


class EventProblem(Closed):
    """Why a turn or a debate failed, in words for its owner.

    A failure is retryable if the same request may succeed when it is made again.
    """

    type: Annotated[str, Field(json_schema_extra=_known_types)]
    title: str
    detail: str
