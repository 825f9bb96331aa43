"""Say who is calling, as Clerk's session token proves it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import NamedTuple


class Owner(NamedTuple):
    """Whose a debate is: Clerk's `user_id`, which is unique within its `issuer` only."""

    issuer: str
    user_id: str


@dataclass(frozen=True)
class Caller:
    """A verified session; `expires_at` is in Unix seconds, `actor` the impersonator if there is one."""

    user_id: str
    session_id: str
    issuer: str
    org_id: str | None
    org_role: str | None
    org_permissions: tuple[str, ...]
    expires_at: int
    actor: str | None

    @property
    def owner(self) -> Owner:
        """Whose the debates that this session starts are."""
        return Owner(self.issuer, self.user_id)

    @cached_property
    def json(self) -> bytes:
        """The same as JSON, encoded once for as long as the session is remembered."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()
