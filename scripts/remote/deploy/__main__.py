"""Bring Railway to what functions/manifest.toml says, and touch nothing else there."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import httpx
from dotenv import dotenv_values

from lib.process.environment import Misconfigured
from scripts.local.functions import ROOT
from scripts.local.interrupt import interruptible
from scripts.remote.deploy.api import URL, Api, Refusal
from scripts.remote.deploy.apply import apply
from scripts.remote.deploy.plan import Plan, plan
from scripts.remote.deploy.railway import GOOD, Railway
from scripts.remote.deploy.wanted import PREFIX, Source, wanted

if TYPE_CHECKING:
    from collections.abc import Mapping

PENDING = 2
GITHUB = re.compile(r"github\.com[:/](?P<repo>[\w.-]+/[\w.-]+?)(\.git)?/?$")

EXAMPLES = """examples:
  scripts/deploy                                        what would change, one service a function; exit status 2 if any
  scripts/deploy apply --env-file production.env        make it so, wait, and check what then runs with scripts/smoke
  scripts/deploy apply auth-check debate-stream         these two only
  scripts/deploy apply --bundle                         all functions in one service
  scripts/deploy apply --commit 1a2b3c4                 go back to an earlier commit
  scripts/deploy status

It needs RAILWAY_TOKEN (a project's), or RAILWAY_API_TOKEN (an account's) and --project. Variables of the functions come
from the environment and from --env-file, and are never shown; ${{Postgres.DATABASE_URL}} refers to another service's.
With SMOKE_TOKEN set, or --token-command, a whole debate is held in the end.
Exit status: 0 nothing is pending, or all went well; 1 something failed; 2 the plan has something to do."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Leave 2 to the plan."""
        self.print_usage(sys.stderr)
        self.exit(1, f"{self.prog}: error: {message}\n")


def _arguments() -> argparse.Namespace:
    parser = _Parser(
        prog="scripts/deploy",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", nargs="?", choices=("plan", "apply", "status"), default="plan")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a function; all if none is named")
    parser.add_argument("--bundle", action="store_true", help="all of them in one service")
    parser.add_argument("--prefix", default=PREFIX, help=f"how the services' names begin, by default {PREFIX}")
    parser.add_argument("--project", default=os.environ.get("RAILWAY_PROJECT_ID"), help="its id")
    parser.add_argument("--environment", default="production", help="its name, by default production")
    parser.add_argument("--env-file", type=Path, help="variables, as in .env.example")
    parser.add_argument("--repo", help="OWNER/NAME on GitHub; by default where git's remote origin is")
    parser.add_argument("--branch", default="main", help="the branch that services are connected to, by default main")
    parser.add_argument("--commit", default="HEAD", help="what is to run, by default HEAD")
    parser.add_argument("--seconds", type=float, default=900, help="to wait for deployments, by default 900")
    parser.add_argument("--pause", type=float, default=3, help="seconds between two looks at them, by default 3")
    parser.add_argument("--token-command", metavar="COMMAND", help="prints a fresh session token, for scripts/smoke")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--api", default=URL, help=argparse.SUPPRESS)
    return parser.parse_args()


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True, check=False)  # noqa: S607
    if done.returncode:
        raise Refusal(f"git {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout.strip()


def _source(arguments: argparse.Namespace) -> Source:
    commit = arguments.commit
    if not re.fullmatch(r"[0-9a-f]{40}", commit):
        commit = _git("rev-parse", "--verify", f"{commit}^{{commit}}")
    repo = arguments.repo
    if not repo:
        found = GITHUB.search(_git("remote", "get-url", "origin"))
        if not found:
            raise Refusal("git's remote origin is not on GitHub: name the repository with --repo OWNER/NAME")
        repo = found["repo"]
    return Source(repo, arguments.branch, commit)


def _given(file: Path | None) -> Mapping[str, str]:
    if file is None:
        return os.environ
    if not file.is_file():
        raise Refusal(f"there is no file {file}")
    return os.environ | {name: value for name, value in dotenv_values(file, interpolate=False).items() if value}


def _say(text: str) -> None:
    sys.stderr.write(f"... {text}\n")


def _address(domain: str) -> str:
    return f"{'http' if domain.startswith('127.0.0.1:') else 'https'}://{domain}"


def _show_plan(made: Plan, *, as_json: bool) -> int:
    sys.stdout.write(json.dumps(made.json(), indent=2) + "\n" if as_json else made.text())
    return PENDING if made.pending else 0


def _show_status(made: Plan, *, as_json: bool) -> int:
    rows: list[dict[str, str | None]] = []
    for step in made.steps:
        found = made.found.get(step.service)
        version = _version(found.domain) if found and found.domain else None
        status = (found.status or "not deployed") if found else "not there"
        rows.append({"service": step.service, "status": status, "version": version, "url": found and found.domain})
    if as_json:
        sys.stdout.write(json.dumps(rows, indent=2) + "\n")
    else:
        for row in rows:
            sys.stdout.write("  ".join(f"{value or '-':<24}" for value in row.values()).rstrip() + "\n")
    return 0 if all(row["status"] in GOOD for row in rows) else 1


def _version(domain: str) -> str:
    try:
        return str(httpx.get(f"{_address(domain)}/health", timeout=10).json()["version"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return "does not answer"


def _smoke(made: Plan, domains: Mapping[str, str], arguments: argparse.Namespace) -> int:
    """Check every function that has an address, and that the commit is what runs there."""
    places = [
        f"{name}={_address(domains[step.service])}"
        for step in made.steps
        if step.service in domains
        for name in step.functions
    ]
    if not places:
        return 0
    command = [sys.executable, "-m", "scripts.remote.smoke", "--functions", *places]
    command += ["--version", made.wanted[0].source.commit, *(["--json"] if arguments.json else [])]
    command += ["--token-command", arguments.token_command] if arguments.token_command else []
    return subprocess.run(command, check=False).returncode


def _run(arguments: argparse.Namespace) -> int:
    with Api(os.environ, arguments.api) as api:
        given = _given(arguments.env_file)
        services = wanted(arguments.names, arguments.prefix, given, _source(arguments), bundle=arguments.bundle)
        railway = Railway(api, arguments.project, arguments.environment)
        made = plan(services, railway)
        if arguments.command == "status":
            return _show_status(made, as_json=arguments.json)
        made.check()
        if arguments.command == "plan":
            return _show_plan(made, as_json=arguments.json)
        if not made.pending:
            _say("nothing to change")
        domains = apply(made, railway, _say, arguments.seconds, arguments.pause)
    return _smoke(made, domains, arguments)


@interruptible("scripts/deploy: interrupted; what has begun goes on there: see scripts/deploy status, and apply again")
def main() -> None:
    """Plan, apply or tell."""
    arguments = _arguments()
    try:
        sys.exit(_run(arguments))
    except (Refusal, Misconfigured) as error:
        sys.exit(f"scripts/deploy: {error}")


if __name__ == "__main__":
    main()
