from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from lib import manifest, state
from lib.contract import events, problems
from lib.process.environment import Misconfigured
from lib.process.resource import Resource
from scripts.local import clerk

if TYPE_CHECKING:
    from pathlib import Path

KEY = {"CLERK_JWT_KEY": clerk.public_key()}
RULES = {"CLERK_ISSUER": "https://i", "CLERK_AUTHORIZED_PARTIES": "https://p"}
ROUTE = 'method = "GET"\npath = "/health"\nauth = "none"\nuses = []\nstatus = 200\nsummary = "s"\n'


def test_reads_the_manifest_of_this_repository() -> None:
    functions = manifest.read()
    assert functions["debate-start"].resources == {"clerk", "postgres", "queue", "opening"}
    assert functions["health"].resources == set()
    assert functions["debate-run"].event == "debate.queued"


def test_its_lists_of_names_agree_with_the_modules() -> None:
    contract = [
        import_module(f"lib.contract.{name}") for name in ("caller", "chat", "debate", "events", "health", "result")
    ]
    for model in set(manifest.MODELS) - {"DebateEvent"}:
        assert any(hasattr(module, model) for module in contract), model
    assert set(manifest.EVENTS) <= set(events.ENVELOPED)
    for problem in manifest.PROBLEMS:
        assert issubclass(getattr(problems, problem), problems.Problem)
    for name, module in manifest.RESOURCES.items():
        build = import_module(module).build
        assert issubclass(build, Resource)
        assert state.State.__annotations__[name].__forward_arg__ == build.__name__
    assert state.State.__annotations__.keys() == {*manifest.RESOURCES, "health", "shutdown"}


@pytest.mark.parametrize(
    ("tables", "complaint"),
    [
        (f"[health]\n{ROUTE}colour = 1", "[health] colour: unknown key"),
        (f"[health]\n{ROUTE}".replace("GET", "FETCH"), "[health] method: 'FETCH' is not one of"),
        (f"[health]\n{ROUTE}".replace('"none"', '"maybe"'), "[health] auth: 'maybe' is not one of"),
        (f"[health]\n{ROUTE}".replace('auth = "none"\n', ""), "[health] auth: is missing"),
        (f"[health]\n{ROUTE}".replace("status = 200\n", ""), "[health] status: is missing"),
        (f"[health]\n{ROUTE}".replace("200", '"200"'), "[health] status: must be a whole number"),
        (f"[health]\n{ROUTE}".replace("[]", '["redis"]'), "[health] uses: 'redis' is not one of"),
        (f'[health]\n{ROUTE}response = "Nothing"', "[health] response: 'Nothing' is not one of"),
        (f'[health]\n{ROUTE}problems = ["Oops"]', "[health] problems: 'Oops' is not one of"),
        (f"[no-such-function]\n{ROUTE}", "[no-such-function] module: there is no functions/no_such_function.py"),
        (f"[health]\n{ROUTE}[auth-check]\n{ROUTE}", "[auth-check] path: GET /health is served twice, also by [health]"),
        (f'[health]\n{ROUTE}event = "debate.queued"', "[health] method: does not belong"),
        (f"[health]\n{ROUTE}".replace("200", "404"), "[health] status: must be that of a success"),
        (f"[health]\n{ROUTE}".replace("200", "true"), "[health] status: must be a whole number"),
        (f"[health]\n{ROUTE}".replace('"/health"', '"health"'), "[health] path: must be like"),
        (f"[health]\n{ROUTE}".replace("[]", "[1]"), "[health] uses: must be a list of text"),
        (f"[health]\n{ROUTE}query = [{{}}]", "[health] query: must be a list of text"),
        (f"[Health]\n{ROUTE}", "[Health] name: must be lower-case"),
        ('[debate-run]\nevent = "debate.queued"\nauth = "none"\nuses = ["queue"]\nsummary = "s"', "needs worker"),
        (f"[auth-check]\n{ROUTE}", "[health] table: is missing"),
        ("colour = 1", "[colour] table: is missing"),
        (f"[health]\n{ROUTE}[health]", "functions/manifest.toml: Cannot declare ('health',) twice"),
        ("[health", "functions/manifest.toml: "),
    ],
)
def test_names_the_table_and_the_key_of_a_mistake(tmp_path: Path, tables: str, complaint: str) -> None:
    file = tmp_path / "manifest.toml"
    file.write_text(tables)
    with pytest.raises(Misconfigured) as mistake:
        manifest.read(file)
    assert complaint in str(mistake.value)
    assert "\n" not in str(mistake.value)


@pytest.mark.parametrize(
    ("arguments", "environment", "complaint"),
    [
        (("nothing",), {}, "FUNCTIONS names 'nothing'"),
        ((), {"FUNCTIONS": "health,nothing"}, "FUNCTIONS names 'nothing'"),
        (("auth-check",), {}, "CLERK_PUBLISHABLE_KEY is not set"),
        (("auth-check",), RULES | {"CLERK_JWT_KEY": "x"}, "CLERK_JWT_KEY is not valid"),
        (("auth-check",), KEY, "CLERK_PUBLISHABLE_KEY is not set"),
        (("auth-check",), KEY | {"CLERK_PUBLISHABLE_KEY": "pk_test_x"}, "CLERK_PUBLISHABLE_KEY is not valid"),
        (("auth-check",), KEY | {"CLERK_ISSUER": "https://i"}, "CLERK_AUTHORIZED_PARTIES is not set"),
        (
            ("auth-check",),
            KEY | {"CLERK_ISSUER": "https://i", "CLERK_AUTHORIZED_PARTIES": ","},
            "CLERK_AUTHORIZED_PARTIES is not",
        ),
        (("debate-run",), {"DATABASE_URL": "postgresql://host/db?sslmode=maybe"}, "DATABASE_URL is not valid"),
        (("debate-run",), {"DATABASE_URL": "postgresql://x", "DEBATE_MODEL": "m"}, "OPENAI_API_KEY is not set"),
    ],
)
def test_a_start_that_cannot_be_is_one_line_and_status_2(
    arguments: tuple[str, ...], environment: dict[str, str], complaint: str
) -> None:
    command = [sys.executable, "-m", "functions", "--host", "127.0.0.1", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert len(done.stderr.splitlines()) == 1
