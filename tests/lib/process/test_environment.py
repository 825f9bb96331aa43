from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lib import manifest, router
from lib.process.environment import REQUIRED, Misconfigured
from scripts.local import clerk as local
from scripts.local import functions
from scripts.local.variables import declared

GOOD = functions.environ("postgresql://127.0.0.1:1/nothing") | {"DEBATE_MODEL": "offline"}
REAL = {"DEBATE_MODEL": "gpt", "OPENAI_API_KEY": "key"}

BAD = {
    "APP_VERSION": "two words",
    "CLERK_AUDIENCE": ",",
    "CLERK_AUTHORIZED_PARTIES": ",",
    "CLERK_ISSUER": "no address",
    "CLERK_JWT_KEY": "nokey",
    "CLERK_PUBLISHABLE_KEY": "pk_test_nodomain",
    "CLERK_SECRET_KEY": "pk_live_swapped",
    "CORS_ORIGINS": "https://app.example.com,*.example.com",
    "DATABASE_POOL_SIZE": "0.5",
    "DATABASE_UNPOOLED_URL": "mysql://db.example.com/debates",
    "DATABASE_URL": "postgresql://user:pa55/w0rd@db.example.com/debates",
    "DEBATE_CONCURRENCY": "many",
    "DEBATE_MAX_LIVE": "-7",
    "DEBATE_MODEL": "gpt\t4",
    "DEBATE_PRICES": "gpt-4o=2.50",
    "DEBATE_RETENTION_DAYS": "-2",
    "DEBATE_STARTS_PER_DAY": "-1",
    "DEBATE_STARTS_PER_MINUTE": "1e3",
    "DEBATE_TOKENS_PER_DAY": "unlimited",
    "DEBATE_TOKEN_BUDGET": "9999999999",
    "DEBATE_TURN_SECONDS": "30.5",
    "DEBATE_CONTEXT_TOKENS": "8k",
    "FUNCTIONS": "health,nosuchfunction",
    "LOG_LEVEL": "deafening",
    "OPENAI_API_KEY": "sk-\u00e9",
    "OPENAI_BASE_URL": "ftp://models.example.com",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4317",
    "PORT": "65536",
    "SENTRY_DSN": "https://sentry.example.com/1",
    "STREAMS_PER_USER": "a few",
}

VARIABLES = {found.variable.name: found for found in declared()}

BEFORE = {"FUNCTIONS", "LOG_LEVEL", "OTEL_EXPORTER_OTLP_ENDPOINT", "PORT", "SENTRY_DSN"}
"""What every process reads before it makes the application of its functions."""


def _start(environment: dict[str, str], *names: str) -> list[str]:
    """Return what a start that must fail with exit code 2 says."""
    command = [sys.executable, "-m", "functions", "--host", "127.0.0.1", *names]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_every_process_reads_what_is_read_before_its_functions_are_known() -> None:
    assert {name for name in BEFORE if set(VARIABLES[name].readers) == set(manifest.read())} == BEFORE


@pytest.mark.parametrize("function", manifest.read().values(), ids=manifest.read())
def test_a_function_alone_refuses_a_bad_value_of_each_variable_that_it_reads_and_of_no_other(
    function: manifest.Function,
) -> None:
    refused = {name: _refused(function, GOOD | REAL | {name: BAD[name]}) for name in VARIABLES}
    read = {name for name, found in VARIABLES.items() if function.name in found.readers} - BEFORE
    assert refused == {name: name if name in read else None for name in VARIABLES}


def _refused(function: manifest.Function, environ: dict[str, str]) -> str | None:
    """Return the name of the variable because of which the function does not start."""
    try:
        router.application([function], environ)
    except Misconfigured as error:
        return str(error).partition(" ")[0]
    return None


def test_has_a_bad_value_for_every_variable() -> None:
    assert BAD.keys() == VARIABLES.keys()


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_a_bad_value_is_one_line_that_names_the_variable_and_not_the_value(name: str) -> None:
    reader = VARIABLES[name].readers[0]
    names = () if name == "FUNCTIONS" else (reader,)
    (line,) = _start(GOOD | (REAL if name.startswith("OPENAI") else {}) | {name: BAD[name]}, *names)
    assert line.startswith(name)
    assert name == "FUNCTIONS" or BAD[name] not in line


@pytest.mark.parametrize("secret", ["pa55/w0rd", "sk-\u00e9", "nokey"])
def test_a_secret_is_never_printed(secret: str) -> None:
    (name,) = (name for name, bad in BAD.items() if secret in bad)
    (line,) = _start(GOOD | REAL | {name: BAD[name]}, VARIABLES[name].readers[0])
    assert not any(part in line for part in secret.split("/"))


def test_a_private_key_given_for_the_public_one_is_refused_and_never_printed() -> None:
    private = local.KEY_FILE.read_text("ascii")
    (line,) = _start(GOOD | {"CLERK_JWT_KEY": private.replace("\n", "\\n")}, "auth-check")
    assert line.startswith("CLERK_JWT_KEY is not valid: it holds a private key")
    assert not any(part in line for part in private.splitlines()[1:-1])


@pytest.mark.parametrize("name", sorted(name for name in VARIABLES if VARIABLES[name].variable.default is REQUIRED))
def test_a_variable_that_is_missing_is_named_with_what_it_is(name: str) -> None:
    (line,) = _start(GOOD | {name: " "}, VARIABLES[name].readers[0])
    assert line == f"{name} is not set: {VARIABLES[name].variable.meaning}"


def test_the_example_of_an_environment_is_one(tmp_path: Path) -> None:
    example = Path(".env.example").read_text("utf-8")
    active = [line.removeprefix("#") for line in example.splitlines() if "=" in line and not line.startswith("# ")]
    given = dict(line.split("=", 1) for line in active)
    assert given.keys() == VARIABLES.keys()
    with functions.serving({**given, "PORT": "0"}, tmp_path / "log", "health") as serving:
        assert serving.pid
