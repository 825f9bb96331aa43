"""Hold what all models of the contract share: their base class and their types of text."""

from __future__ import annotations

from typing import Annotated, cast

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


class Closed(BaseModel):
    """A model that refuses unknown fields and never changes."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        json_schema_serialization_defaults_required=True,
        serialize_by_alias=True,
    )


def at_most(length: int) -> BeforeValidator:
    """Refuse a longer list before its items are validated; max_length alone first builds an error for each bad item."""

    def check_length(value: object) -> object:
        if isinstance(value, list) and len(cast("list[object]", value)) > length:
            raise ValueError(f"must have at most {length} items")
        return cast("object", value)

    return BeforeValidator(check_length)


def check(text: str) -> str:
    """Return the text. Raises ValueError if PostgreSQL cannot hold it."""
    if clean(text) != text:
        raise ValueError("must not contain NUL characters or lone surrogates")
    return text


def clean(text: str) -> str:
    """Return the text without what PostgreSQL cannot hold: NUL characters and lone surrogates."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")


Text = Annotated[str, AfterValidator(check), Field(json_schema_extra={"pattern": r"^[^\u0000]*$"})]
"""Text of a user; refused if PostgreSQL cannot hold it."""

ModelText = Annotated[str, AfterValidator(clean)]
"""Text of a model; cleaned of what PostgreSQL cannot hold."""
