"""Say who is calling, as Clerk's session token proves it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
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
