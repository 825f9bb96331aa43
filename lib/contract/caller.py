"""Say who is calling, as Clerk's session token proves it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property


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

    @cached_property
    def json(self) -> bytes:
        """The same as JSON, encoded once for as long as the session is remembered."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()
