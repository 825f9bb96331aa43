"""Print a session token that scripts/serve accepts: scripts/token [--user ID] [--seconds N] [--org ID]."""

from __future__ import annotations

import argparse
import sys

from scripts.local import clerk

EXAMPLES = """examples:
  curl -H "Authorization: Bearer $(scripts/token)" http://127.0.0.1:8000/auth-check
  scripts/token --user user_somebodyElse --seconds 5"""


def main() -> None:
    """Print one token and nothing else."""
    parser = argparse.ArgumentParser(
        prog="scripts/token",
        description="Print a session token, signed by the key in .local/, that scripts/serve accepts.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--user", default=clerk.USER, help=f"whose session, by default {clerk.USER}")
    parser.add_argument("--seconds", type=int, default=3_600, help="how long it is valid, by default an hour")
    parser.add_argument("--org", help="the organisation that is active in the session")
    arguments = parser.parse_args()
    organisation = {"o": {"id": arguments.org, "rol": "member"}} if arguments.org else {}
    sys.stdout.write(clerk.token(arguments.user, seconds=arguments.seconds, **organisation) + "\n")


if __name__ == "__main__":
    main()
