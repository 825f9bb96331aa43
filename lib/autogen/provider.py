"""State what lib.autogen needs of a provider: a package beside this module implements it for one vendor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from autogen_core.models import ChatCompletionClient

    from lib.process.environment import Variable

CreateArgs = Mapping[str, Any]
"""Arguments of a vendor's API, as AutoGen's `extra_create_args` passes them on."""

NO_FORM: CreateArgs = {}
"""The weakest of all JSON forms: only the prompt asks for JSON."""


@dataclass(slots=True)
class ResponseState:
    """What a server's responses to one model call have shown so far.

    `finished` where the server gave a reason for the end, `endless` where a response was given up for its length.
    """

    finished: bool = False
    endless: bool = False


class Provider(Protocol):
    """A vendor's models, behind one of AutoGen's clients.

    `json_forms` are the ways to hold the server to a Judgement's JSON, strictest first; a server that refuses one is
    asked in the next. `single_token` keeps an answer to one token. `context_is_limited` says whether prompts are to be
    shortened to DEBATE_CONTEXT_TOKENS.
    """

    variables: ClassVar[tuple[Variable[Any], ...]] = ()
    """What the provider reads from the environment."""

    client: ChatCompletionClient
    json_forms: Sequence[CreateArgs]
    single_token: CreateArgs
    context_is_limited: bool

    def __init__(self, model: str, environ: Mapping[str, str], silence_seconds: float) -> None: ...

    def calling(self) -> AbstractAsyncContextManager[ResponseState]:
        """Enclose one call of `client`: watch its responses, and close them at the end.

        Raises ModelFault in place of what the vendor's SDK raises for a refused, failed or broken-off request.
        """
        ...
