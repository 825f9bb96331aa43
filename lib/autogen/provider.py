"""State what lib.autogen needs of a provider: a package beside this module implements it for one vendor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    from autogen_core.models import ChatCompletionClient

    from lib.process.environment import Variable

CreateArgs = Mapping[str, Any]
"""Arguments of a vendor's API, as AutoGen's `extra_create_args` passes them on."""

NO_FORM: CreateArgs = {}
"""No form: only the prompt asks for what an answer should be."""


class Provider(Protocol):
    """A vendor's models, behind a chat completion client of AutoGen's.

    The stream of `client` yields speech, a Thought for what is none, and a CreateResult with all of the speech; it
    raises ModelFault, and closes its response when it is closed or cancelled.
    `json_form` asks for a Judgement's JSON; a server that takes less is asked for less by the client. `single_token`
    keeps an answer to one token. `context_is_limited` says whether prompts are to be shortened to
    DEBATE_CONTEXT_TOKENS.
    """

    variables: ClassVar[tuple[Variable[Any], ...]] = ()
    """What the provider reads from the environment."""

    client: ChatCompletionClient
    json_form: CreateArgs
    single_token: CreateArgs
    context_is_limited: bool

    def __init__(self, model: str, environ: Mapping[str, str], silence_seconds: float) -> None: ...
