"""Print a session token that scripts/serve accepts."""

from __future__ import annotations

import argparse
import re
import sys

from lib.clerk.claims import LONGEST_SECONDS
from scripts.local import clerk

EXAMPLES = """examples:
  curl -H "Authorization: Bearer $(scripts/token)" http://127.0.0.1:8000/auth-check
  scripts/token --user user_somebodyElse --seconds 5
  scripts/token --org org_acme --role admin --permission signals:read --permission signals:write"""


def _organisation(name: str | None, role: str, permissions: list[str]) -> dict[str, object]:
    """Return the claims of version 2 of Clerk's tokens, which pack permissions as bits of a feature's number."""
    if name is None:
        return {}
    features: dict[str, set[str]] = {}
    for feature, _, permission in (given.rpartition(":") for given in permissions):
        features.setdefault(feature, set()).add(permission)
    known = sorted({permission for granted in features.values() for permission in granted})
    bits = [sum(1 << bit for bit, one in enumerate(known) if one in granted) for granted in features.values()]
    packed = {"per": ",".join(known), "fpm": ",".join(map(str, bits))} if features else {}
    return {"o": {"id": name, "rol": role, **packed}, "fea": ",".join(f"o:{feature}" for feature in features)}


def _permission(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9_]+:[a-z0-9_]+", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not FEATURE:PERMISSION")
    return text


def _seconds(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= LONGEST_SECONDS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to {LONGEST_SECONDS}")
    return int(text)


def main() -> None:
    """Print one token and nothing else."""
    parser = argparse.ArgumentParser(
        prog="scripts/token",
        description="Print a session token, signed by the key in .local/, that scripts/serve accepts.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--user", default=clerk.USER, help=f"whose session, by default {clerk.USER}")
    parser.add_argument("--seconds", type=_seconds, default=3_600, help="how long it is valid, by default an hour")
    parser.add_argument("--org", help="the organisation that is active in the session")
    parser.add_argument("--role", default="member", help="the role there, by default member")
    parser.add_argument("--permission", type=_permission, action="append", default=[], help="FEATURE:PERMISSION there")
    arguments = parser.parse_args()
    organisation = _organisation(arguments.org, arguments.role, arguments.permission)
    sys.stdout.write(clerk.token(arguments.user, seconds=arguments.seconds, **organisation) + "\n")


if __name__ == "__main__":
    main()
