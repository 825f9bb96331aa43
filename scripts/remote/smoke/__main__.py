"""See that functions which run somewhere answer as functions/manifest.toml declares."""

from __future__ import annotations

import argparse
import os
import re
import sys

import httpx

from lib import manifest
from scripts.local.interrupt import interruptible
from scripts.remote.smoke import declared
from scripts.remote.smoke.report import Report
from scripts.remote.smoke.session import Session
from scripts.remote.smoke.site import Site, bearer

ADDRESS = re.compile(r"https?://[^/?#\s]+")

EXAMPLES = """examples:
  scripts/smoke https://debates.up.railway.app
  scripts/smoke http://127.0.0.1:8000 --token "$(scripts/token)"
  scripts/smoke --functions auth-check=https://auth.up.railway.app debate-list=https://list.up.railway.app
  scripts/smoke https://debates.up.railway.app --token-command './fresh-session-token' --version "$GITHUB_SHA" --json

A session token of Clerk lives for a minute: --token-command is run for each request that needs one. Without either,
SMOKE_TOKEN is used where it is set; without any token, only what needs none is checked.
Exit status: 0 all checks passed, 1 one failed, 2 a mistake in the call."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/smoke", description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("base_url", nargs="?", metavar="BASE_URL", help="where all functions are")
    parser.add_argument("--functions", nargs="+", metavar="NAME=URL", default=[], help="where each of these is")
    tokens = parser.add_mutually_exclusive_group()
    tokens.add_argument("--token", default=os.environ.get("SMOKE_TOKEN"), help="a session token: hold a debate, too")
    tokens.add_argument("--token-command", metavar="COMMAND", help="prints a fresh session token")
    parser.add_argument("--version", help="what health must report as its version")
    parser.add_argument("--patience", type=float, default=60, metavar="SECONDS", help="for a service to wake; 60")
    parser.add_argument("--seconds", type=float, default=180, help="for a debate to end, by default 180")
    parser.add_argument("--json", action="store_true", help="print a line of JSON for each check")
    arguments = parser.parse_args()
    if bool(arguments.base_url) == bool(arguments.functions):
        parser.error("name either BASE_URL or --functions NAME=URL ...")
    try:
        arguments.addresses = _addresses(arguments.base_url, arguments.functions)
    except ValueError as error:
        parser.error(str(error))
    return arguments


def _addresses(base_url: str | None, named: list[str]) -> dict[str, str]:
    served = manifest.read()
    given = [one.partition("=")[::2] for one in named] or [(name, base_url or "") for name in served]
    addresses = {name: address.rstrip("/") for name, address in given}
    for name, address in addresses.items():
        if name not in served:
            raise ValueError(f"there is no function {name!r}; there are {', '.join(served)}")
        if not ADDRESS.fullmatch(address):
            raise ValueError(f"{address!r} is no address like https://debates.up.railway.app")
    return addresses


@interruptible("scripts/smoke: interrupted; a debate that it began goes on")
def main() -> None:
    """Make all checks, and exit with 1 where one failed."""
    arguments = _arguments()
    report = Report(as_json=arguments.json)
    with httpx.Client(headers={"User-Agent": "gayed-signals-smoke"}) as http:
        site = Site(manifest.read(), arguments.addresses, http)
        declared.check(report, site, site.wake(arguments.patience), arguments.version)
        if arguments.token or arguments.token_command:
            header = bearer(arguments.token, arguments.token_command)
            Session(site, header, arguments.seconds).check(report)
    sys.exit(report.end())


if __name__ == "__main__":
    main()
