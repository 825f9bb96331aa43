"""The command scripts/deploy: bring the services on Railway to what functions/manifest.toml says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from argparse import SUPPRESS
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from dotenv import dotenv_values

from lib.process.environment import Misconfigured
from scripts.local import arguments
from scripts.local.functions import ROOT
from scripts.local.interrupt import interruptible
from scripts.remote.deploy.api import URL, Api, Refusal
from scripts.remote.deploy.apply import apply
from scripts.remote.deploy.plan import Plan, plan
from scripts.remote.deploy.railway import GOOD, Railway
from scripts.remote.deploy.wanted import PREFIX, Source, wanted

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping

MISTAKE, PENDING = 1, 2
"""Exit statuses: 2 is that of a plan with changes, so a wrong argument exits with 1."""

GITHUB = re.compile(r"github\.com[:/](?P<repo>[\w.-]+/[\w.-]+?)(\.git)?/?$")

EXAMPLES = """examples:
  scripts/deploy                                        show what would change, with one service for each function
  scripts/deploy apply --env-file production.env        change it, wait for the deployments, and run scripts/smoke
  scripts/deploy apply auth-check debate-stream         only these two
  scripts/deploy apply --bundle                         all functions in one service
  scripts/deploy apply --commit 1a2b3c4                 go back to an earlier commit
  scripts/deploy status

It needs RAILWAY_TOKEN (of a project), or RAILWAY_API_TOKEN (of an account) and --project. Variables of the functions
are read from the environment and from --env-file, and never shown; ${{Postgres.DATABASE_URL}} refers to a variable of
another service. With SMOKE_TOKEN or --token-command, scripts/smoke also runs a debate.

exit status:
  0  nothing to change, or everything was changed and checked
  1  something failed, or a wrong argument
  2  plan: there is something to change"""


def _options() -> Namespace:
    description = "Bring the services on Railway to what functions/manifest.toml says; other services are not touched."
    parser = arguments.parser("deploy", description, EXAMPLES, mistake=MISTAKE)
    parser.add_argument("command", nargs="?", choices=("plan", "apply", "status"), default="plan")
    parser.add_argument("names", nargs="*", metavar="NAME", help="functions; default: all")
    parser.add_argument("--bundle", action="store_true", help="all functions in one service")
    parser.add_argument("--prefix", default=PREFIX, help=f"prefix of the services' names; default: {PREFIX}")
    parser.add_argument(
        "--project", default=os.environ.get("RAILWAY_PROJECT_ID"), help="id of the project; default: RAILWAY_PROJECT_ID"
    )
    parser.add_argument("--environment", default="production", help="name of the environment; default: production")
    parser.add_argument("--env-file", type=Path, help="file of variables, as .env.example")
    parser.add_argument("--repo", help="OWNER/NAME on GitHub; default: that of git's remote origin")
    parser.add_argument("--branch", default="main", help="branch that services are connected to; default: main")
    parser.add_argument("--commit", default="HEAD", help="commit to deploy; default: HEAD")
    parser.add_argument("--seconds", type=float, default=900, help="to wait for deployments; default: 900")
    parser.add_argument("--pause", type=float, default=3, help="seconds between two checks of a deployment; default: 3")
    parser.add_argument(
        "--token-command", metavar="COMMAND", help="a command that prints a new session token, for scripts/smoke"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--api", default=URL, help=SUPPRESS)
    return parser.parse_args()


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True, check=False)  # noqa: S607
    if done.returncode:
        raise Refusal(f"git {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout.strip()


def _source(options: Namespace) -> Source:
    commit = options.commit
    if not re.fullmatch(r"[0-9a-f]{40}", commit):
        commit = _git("rev-parse", "--verify", f"{commit}^{{commit}}")
    repo = options.repo
    if not repo:
        found = GITHUB.search(_git("remote", "get-url", "origin"))
        if not found:
            raise Refusal("git's remote origin is not on GitHub: name the repository with --repo OWNER/NAME")
        repo = found["repo"]
    return Source(repo, options.branch, commit)


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


def _smoke(made: Plan, domains: Mapping[str, str], options: Namespace) -> int:
    """Run scripts/smoke on every service that has a domain, and check that it runs the commit."""
    places = [
        f"{name}={_address(domains[step.service])}"
        for step in made.steps
        if step.service in domains
        for name in step.functions
    ]
    if not places:
        return 0
    command = [sys.executable, "-m", "scripts.remote.smoke", "--functions", *places]
    command += ["--version", made.wanted[0].source.commit, *(["--json"] if options.json else [])]
    command += ["--token-command", options.token_command] if options.token_command else []
    return subprocess.run(command, check=False).returncode


def _run(options: Namespace) -> int:
    with Api(os.environ, options.api) as api:
        given = _given(options.env_file)
        services = wanted(options.names, options.prefix, given, _source(options), bundle=options.bundle)
        railway = Railway(api, options.project, options.environment)
        made = plan(services, railway)
        if options.command == "status":
            return _show_status(made, as_json=options.json)
        made.check()
        if options.command == "plan":
            return _show_plan(made, as_json=options.json)
        if not made.pending:
            _say("nothing to change")
        domains = apply(made, railway, _say, options.seconds, options.pause)
    return _smoke(made, domains, options)


@interruptible(
    "scripts/deploy: interrupted; deployments that have started go on: see scripts/deploy status, and apply again"
)
def main() -> None:
    """Run the command; see the end of --help for exit statuses."""
    options = _options()
    try:
        sys.exit(_run(options))
    except (Refusal, Misconfigured) as error:
        sys.exit(f"scripts/deploy: {error}")


if __name__ == "__main__":
    main()
