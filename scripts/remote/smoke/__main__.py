"""The command scripts/smoke: check that deployed functions answer as functions/manifest.toml declares."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

import httpx

from lib import manifest
from scripts.local import arguments
from scripts.local.interrupt import interruptible
from scripts.remote.smoke import declared
from scripts.remote.smoke.report import Report
from scripts.remote.smoke.session import Session
from scripts.remote.smoke.site import Site, bearer

if TYPE_CHECKING:
    from argparse import Namespace

ADDRESS = re.compile(r"https?://[^/?#\s]+")

EXAMPLES = """examples:
  scripts/smoke https://debates.up.railway.app
  scripts/smoke http://127.0.0.1:8000 --token "$(scripts/token)"
  scripts/smoke --functions auth-check=https://auth.up.railway.app debate-list=https://list.up.railway.app
  scripts/smoke https://debates.up.railway.app --token-command './fresh-session-token' --version "$GITHUB_SHA" --json

Clerk's session tokens live for a minute, so --token-command is run for each request that needs one. By default, the
token is SMOKE_TOKEN; without any token, the checks that need a session are left out.

exit status:
  0  all checks passed
  1  a check failed
  2  a wrong argument"""


def _options() -> Namespace:
    description = "Check that deployed functions answer as functions/manifest.toml declares."
    parser = arguments.parser("smoke", description, EXAMPLES)
    parser.add_argument("base_url", nargs="?", metavar="BASE_URL", help="URL of a process that serves all functions")
    parser.add_argument("--functions", nargs="+", metavar="NAME=URL", default=[], help="functions and the URL of each")
    tokens = parser.add_mutually_exclusive_group()
    tokens.add_argument("--token", default=os.environ.get("SMOKE_TOKEN"), help="a session token; default: SMOKE_TOKEN")
    tokens.add_argument("--token-command", metavar="COMMAND", help="a command that prints a new session token")
    parser.add_argument("--version", help="the version that health must report")
    parser.add_argument(
        "--patience", type=float, default=60, metavar="SECONDS", help="to wait for a service to wake; default: 60"
    )
    parser.add_argument("--seconds", type=float, default=180, help="to wait for a debate's end; default: 180")
    parser.add_argument("--json", action="store_true", help="print one JSON object for each check")
    options = parser.parse_args()
    if bool(options.base_url) == bool(options.functions):
        parser.error("name either BASE_URL or --functions NAME=URL ...")
    try:
        options.addresses = _addresses(options.base_url, options.functions)
    except ValueError as error:
        parser.error(str(error))
    return options


def _addresses(base_url: str | None, named: list[str]) -> dict[str, str]:
    served = manifest.read()
    given = [one.partition("=")[::2] for one in named] or [(name, base_url or "") for name in served]
    addresses = {name: address.rstrip("/") for name, address in given}
    for name, address in addresses.items():
        if name not in served:
            raise ValueError(f"there is no function {name!r}; there are {', '.join(served)}")
        if not ADDRESS.fullmatch(address):
            raise ValueError(f"{address!r} is not an address like https://debates.up.railway.app")
    return addresses


@interruptible("scripts/smoke: interrupted; a debate that it has started goes on")
def main() -> None:
    """Run all checks; exit with 0 if all passed, 1 if one failed, 2 for a wrong argument."""
    options = _options()
    report = Report(as_json=options.json)
    with httpx.Client(headers={"User-Agent": "gayed-signals-smoke"}) as http:
        site = Site(manifest.read(), options.addresses, http)
        declared.check(report, site, site.wake(options.patience), options.version)
        if options.token or options.token_command:
            header = bearer(options.token, options.token_command)
            Session(site, header, options.seconds).check(report)
    sys.exit(report.end())


if __name__ == "__main__":
    main()
