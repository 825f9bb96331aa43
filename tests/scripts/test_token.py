from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx


SCRIPT = Path("scripts/token").resolve()


def _token(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SCRIPT, *arguments], capture_output=True, text=True, check=False, timeout=120)


def _caller(http: httpx.Client, *arguments: str) -> dict[str, object]:
    token = _token(*arguments).stdout.strip()
    return http.get("/auth-check", headers={"Authorization": f"Bearer {token}"}).json()


def test_mints_a_session_that_is_let_in(http: httpx.Client) -> None:
    caller = _caller(http, "--user", "user_somebodyElse")
    assert (caller["user_id"], caller["org_id"]) == ("user_somebodyElse", None)


def test_mints_a_session_with_an_organisation_a_role_and_permissions(http: httpx.Client) -> None:
    permissions = ("--permission", "signals:read", "--permission", "teams:write", "--permission", "signals:write")
    caller = _caller(http, "--org", "org_acme", "--role", "admin", *permissions)
    assert (caller["org_id"], caller["org_role"]) == ("org_acme", "org:admin")
    assert caller["org_permissions"] == ["org:signals:read", "org:signals:write", "org:teams:write"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--seconds", "0"), "'0' is not a whole number from 1 to 86400"),
        (("--seconds", "86401"), "'86401' is not a whole number from 1 to 86400"),
        (("--org", "org_acme", "--permission", "read"), "'read' is not FEATURE:PERMISSION"),
    ],
)
def test_says_what_is_wrong_with_an_argument(arguments: tuple[str, ...], complaint: str) -> None:
    refused = _token(*arguments)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert complaint in refused.stderr
