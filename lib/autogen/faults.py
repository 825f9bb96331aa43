"""Say what went wrong with a model, and whether asking again can help."""

from __future__ import annotations

import httpx
import openai

from lib.contract.events import EventProblem

ASK_AGAIN = frozenset({408, 409, 425, 429})
SERVER_ERROR = 500

RAISED = (
    openai.OpenAIError,
    httpx.HTTPError,
    TimeoutError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    RecursionError,
)
"""What AutoGen and its OpenAI client raise for a fault of the model: they trip over any answer of another form."""


class ModelFault(Exception):
    """A turn could not be had from the model."""

    def __init__(self, name: str, title: str, detail: str, *, retryable: bool) -> None:
        """Describe the fault for the debate's owner, without the provider's words."""
        super().__init__(name)
        self.problem = EventProblem(type=f"urn:problem:{name}", title=title, detail=detail)
        self.retryable = retryable


def fault(error: Exception) -> ModelFault:
    """Describe what was raised."""
    if isinstance(error, openai.APIStatusError) and not _worth_asking_again(error.status_code):
        detail = "The model's server refused the request; whoever operates this must look at its key, name and quota."
        return ModelFault("model-refused", "The model refused the request", detail, retryable=False)
    if isinstance(error, openai.LengthFinishReasonError):
        return ModelFault(
            "model-cut", "The model's answer was cut", "The answer was too long for the model.", retryable=False
        )
    if isinstance(error, openai.OpenAIError | httpx.HTTPError | TimeoutError):
        detail = "The model's server did not answer, or broke off; the turn was tried several times."
        return ModelFault("model-unavailable", "The model did not answer", detail, retryable=True)
    return ModelFault(
        "model-answer-broken",
        "The model's answer was broken",
        "The answer did not have the form asked for.",
        retryable=True,
    )


def _worth_asking_again(status: int) -> bool:
    return status in ASK_AGAIN or status >= SERVER_ERROR


def judge_result(text: str, finish_reason: str, output_tokens: int) -> None:
    """Raise ModelFault for an answer that the client took for success and that is none."""
    if finish_reason == "content_filter":
        detail = "The model's provider withheld the answer because of its content rules."
        raise ModelFault("model-content-filter", "The model's answer was withheld", detail, retryable=False)
    if not text.strip() or (finish_reason == "unknown" and output_tokens == 0):
        detail = "The model said nothing, or broke off; the turn was tried several times."
        raise ModelFault("model-answer-empty", "The model's answer was empty", detail, retryable=True)
