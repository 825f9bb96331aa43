"""The command scripts/token: print a session token that scripts/serve accepts."""

from __future__ import annotations

import re
import sys
from argparse import ArgumentTypeError

from lib.clerk.claims import LONGEST_SECONDS
from scripts.local import arguments, clerk

EXAMPLES = """examples:
  curl -H "Authorization: Bearer $(scripts/token)" http://127.0.0.1:8000/auth-check
  scripts/token --user user_somebodyElse --seconds 5
  scripts/token --org org_acme --role admin --permission signals:read --permission signals:write"""


def _organisation(name: str | None, role: str, permissions: list[str]) -> dict[str, object]:
    """Return the organisation's claims of a version 2 token, which packs permissions as bits for each feature."""
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
        raise ArgumentTypeError(f"{text!r} is not FEATURE:PERMISSION")
    return text


def _seconds(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= LONGEST_SECONDS:
        raise ArgumentTypeError(f"{text!r} is not a whole number from 1 to {LONGEST_SECONDS}")
    return int(text)


def main() -> None:
    """Print one token and nothing else; exit with 2 for a wrong argument."""
    description = "Print a session token that scripts/serve accepts, signed by the key in .local/."
    parser = arguments.parser("token", description, EXAMPLES)
    parser.add_argument("--user", default=clerk.USER, help=f"the user's id; default: {clerk.USER}")
    parser.add_argument("--seconds", type=_seconds, default=3_600, help="lifetime of the token; default: 3600")
    parser.add_argument("--org", help="id of the session's active organisation")
    parser.add_argument("--role", default="member", help="role in the organisation; default: member")
    parser.add_argument(
        "--permission", type=_permission, action="append", default=[], help="FEATURE:PERMISSION in the organisation"
    )
    options = parser.parse_args()
    organisation = _organisation(options.org, options.role, options.permission)
    sys.stdout.write(clerk.token(options.user, seconds=options.seconds, **organisation) + "\n")


if __name__ == "__main__":
    main()
