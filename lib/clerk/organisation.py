"""Read the active organisation from the claims of Clerk's session tokens, version 1 or 2.

The claims are described at https://clerk.com/docs/guides/sessions/session-tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Membership(NamedTuple):
    """The active organisation and the user's role and permissions in it; all empty if none is active."""

    id: str | None = None
    role: str | None = None
    permissions: tuple[str, ...] = ()


NONE = Membership()
ORGANISATION_SCOPES = frozenset({"o", "uo", "ou"})
MOST_DIGITS = 20
"""Decimal digits of a permission map: enough for 64 bits."""


def read(claims: Mapping[str, Any]) -> Membership:
    """Return the membership; a claim that has not the documented form grants nothing."""
    version = claims.get("v", 1)
    if type(version) is not int or version not in READERS:
        return NONE
    return READERS[version](claims)


def _version_1(claims: Mapping[str, Any]) -> Membership:
    organisation, role, permissions = claims.get("org_id"), claims.get("org_role"), claims.get("org_permissions")
    if not _named(organisation):
        return NONE
    granted = cast("list[object]", permissions) if isinstance(permissions, list) else []
    return Membership(organisation, role if _named(role) else None, tuple(name for name in granted if _named(name)))


def _version_2(claims: Mapping[str, Any]) -> Membership:
    organisation: object = claims.get("o")
    if not isinstance(organisation, dict):
        return NONE
    member = cast("dict[str, Any]", organisation)
    if not _named(member.get("id")):
        return NONE
    role = f"org:{member['rol']}" if _named(member.get("rol")) else None
    return Membership(member["id"], role, tuple(_permissions(claims.get("fea"), member.get("per"), member.get("fpm"))))


READERS = {1: _version_1, 2: _version_2}


def _permissions(features: object, names: object, maps: object) -> Iterator[str]:
    """Yield org:<feature>:<permission>: bit i (least significant first) of map n grants permission i of feature n."""
    if not (isinstance(features, str) and isinstance(names, str) and isinstance(maps, str)):
        return
    scoped = [feature.partition(":") for feature in features.split(",")]
    ours = [name for scope, _, name in scoped if scope in ORGANISATION_SCOPES and name]
    numbers = maps.split(",")
    if len(numbers) != len(ours) or not all(_digits(number) for number in numbers):
        return
    for feature, number in zip(ours, numbers, strict=True):
        for bit, name in enumerate(names.split(",")):
            if int(number) >> bit & 1 and name:
                yield f"org:{feature}:{name}"


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS


def _named(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value)
