"""Say what went wrong with a model, and whether asking again can help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.contract.events import NOTHING
from lib.contract.failures import ModelRefused, ModelTimeout, ModelUnavailable

if TYPE_CHECKING:
    from lib.contract.events import Usage
    from lib.contract.failures import Failure


class ModelFault(Exception):
    """The model gave no turn, because of `failure`.

    `refused` where the server found the request bad; `outage` where its answer would be the same for every debate;
    `retry_after` the seconds for which the server asked; `usage` what the attempt cost.
    `status` and `code` are what the server's error says of itself, `context_tokens` the size of its context where it
    names that; `refused_tools` where it may answer the same request without tools.
    """

    status: int | None = None
    code = ""
    context_tokens: int | None = None
    refused_tools = False

    def __init__(self, failure: Failure, *, outage: bool = False, retry_after: float = 0.0) -> None:
        super().__init__(failure.name())
        self.failure, self.retryable = failure, failure.retryable
        self.outage, self.retry_after = outage, retry_after
        self.refused = isinstance(failure, ModelRefused) and not outage
        self.usage: Usage = NOTHING

    def fields(self) -> dict[str, object]:
        """Return what a log may have of it: nothing of the provider's own words."""
        return {"failure": str(self), "status": self.status, "code": self.code, "retry_after": self.retry_after}


def late() -> ModelFault:
    """Return the fault of a turn whose time is over."""
    return ModelFault(ModelTimeout(), outage=True)


def unavailable(retry_after: float = 0.0) -> ModelFault:
    """Return the fault of a server that gave no answer, or broke off."""
    return ModelFault(ModelUnavailable(), outage=True, retry_after=retry_after)
