from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from graphql import parse, validate

from lib import manifest
from scripts.local import clerk
from scripts.local.functions import ROOT
from scripts.remote.deploy import __main__ as deploy
from scripts.remote.deploy import api
from scripts.remote.deploy.railway import MARK
from tests.support.railway import api as platform
from tests.support.railway.api import SCHEMA, THEIRS, Fault, Railway

if TYPE_CHECKING:
    from collections.abc import Generator

COMMIT = "0123456789abcdef0123456789abcdef01234567"
SECRETS = ("project-secret", "account-secret", "of-others", "postgres@", "BEGIN PUBLIC KEY")
GOLDEN = Path(__file__).parent / "deploy_plan.txt"
ALONE = ("auth-check",)
SOME = ("auth-check", "debate-start", "debate-run")
MUTATIONS = [name for name, text in api.OPERATIONS.items() if text.startswith("mutation")]


@dataclass(frozen=True)
class Done:
    """What a call of scripts/deploy came to."""

    status: int
    out: str
    error: str


@dataclass
class Operator:
    """Somebody with a token who calls scripts/deploy."""

    railway: Railway
    monkeypatch: pytest.MonkeyPatch
    capfd: pytest.CaptureFixture[str]
    environment: dict[str, str]

    def deploy(self, *arguments: str, commit: str = COMMIT, **environment: str) -> Done:
        """Call it, and see that it tells no secret."""
        source = ("--repo", "gayed/debates", "--commit", commit)
        call = ["scripts/deploy", *arguments, *source, "--api", self.railway.url, "--pause", "0.01"]
        with self.monkeypatch.context() as patch:
            patch.setattr(sys, "argv", call)
            for name, value in ({"RAILWAY_TOKEN": "project-secret"} | self.environment | environment).items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                deploy.main()
        out, error = self.capfd.readouterr()
        if isinstance(ended.value.code, str):
            error += ended.value.code
        status = ended.value.code if isinstance(ended.value.code, int) else 1
        assert not any(secret in out + error for secret in SECRETS)
        return Done(status, out, error)

    def mutated(self, *arguments: str, **environment: str) -> list[tuple[str, dict[str, Any]]]:
        """Apply, which must go well, and return the mutations that it took."""
        before = len(self.railway.mutations)
        done = self.deploy("apply", *arguments, **environment)
        assert done.status == 0, done
        return self.railway.mutations[before:]


@pytest.fixture
def operator(
    tmp_path: Path,
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Generator[Operator]:
    for name in ("RAILWAY_TOKEN", "RAILWAY_API_TOKEN", "SMOKE_TOKEN", "CI"):
        monkeypatch.delenv(name, raising=False)
    wanted = {name: environment[name] for name in _variables(environment)}
    with platform.railway(tmp_path) as railway:
        yield Operator(railway, monkeypatch, capfd, wanted)
    theirs = {name: platform.Service(name, {"SECRET": "of-others"}) for name in THEIRS}
    assert {name: railway.named(name) for name in THEIRS} == theirs
    assert not any(identity in json.dumps(railway.mutations) for identity in THEIRS.values())


def _variables(environment: dict[str, str]) -> list[str]:
    return [name for name in environment if name.startswith(("CLERK_", "DATABASE_", "DEBATE_"))]


def test_the_plan_reads_as_it_should(operator: Operator) -> None:
    operator.environment["DATABASE_URL"] = "${{Postgres.DATABASE_URL}}"
    done = operator.deploy("plan", *SOME)
    assert (done.status, done.out, operator.railway.mutations) == (2, GOLDEN.read_text("utf-8"), [])
    for_programs = operator.deploy("plan", "--json")
    read = json.loads(for_programs.out)
    assert (for_programs.status, read["pending"]) == (2, True)
    alone = [name for name in manifest.read() if name not in manifest.ALWAYS_SERVED]
    assert [step["service"] for step in read["services"]] == [f"gayed-signals-{name}" for name in alone]
    assert all(step["create"] and step["deploy"] == COMMIT for step in read["services"])


def test_a_bundle_is_made_once_and_holds_a_debate(operator: Operator, user: str) -> None:
    token = {"SMOKE_TOKEN": clerk.token(user)}
    first = operator.deploy("apply", "--bundle", **token)
    assert first.status == 0, first
    assert "holds it to its verdict" in first.out
    assert first.out.splitlines()[-1].endswith(" passed, 0 failed")
    service = operator.railway.named("gayed-signals-functions")
    assert service.variables["APP_VERSION"] == COMMIT
    assert service.config["deploy"]["healthcheckPath"] == "/health"
    assert service.config["source"] == {"repo": "gayed/debates", "branch": "main"}
    assert [name for name, _ in operator.railway.mutations] == [
        "ServiceCreate", "VariableCollectionUpsert", "PatchCommit", "ServiceConnect", "ServiceDomainCreate", "Deploy",
        "VariableCollectionUpsert",
    ]  # fmt: skip
    assert operator.mutated("--bundle") == []
    assert operator.deploy("plan", "--bundle").status == 0
    status = operator.deploy("status", "--bundle", "--json")
    assert (status.status, json.loads(status.out)) == (
        0,
        [{"service": "gayed-signals-functions", "status": "SUCCESS", "version": COMMIT, "url": service.domains[0]}],
    )


def test_functions_apart_each_have_what_they_read_and_a_change_is_one_services(operator: Operator) -> None:
    made = operator.mutated("auth-check", "debate-list", "debate-run")
    assert sum(name == "PatchCommit" for name, _ in made) == 1
    auth, listing, worker = (
        operator.railway.named(f"gayed-signals-{name}") for name in ("auth-check", "debate-list", "debate-run")
    )
    assert not any(name.startswith(("DATABASE_", "DEBATE_")) for name in auth.variables)
    assert (listing.variables["DATABASE_POOL_SIZE"], worker.variables["DATABASE_POOL_SIZE"]) == ("2", "4")
    assert not any(name.startswith("CLERK_") for name in worker.variables)
    assert (len(auth.domains), len(worker.domains)) == (1, 0)
    operator.environment["DEBATE_TURN_SECONDS"] = "25"
    changed = operator.mutated("auth-check", "debate-list", "debate-run")
    assert [name for name, _ in changed] == ["VariableCollectionUpsert", "Deploy", "VariableCollectionUpsert"]
    assert changed[0][1]["input"]["variables"] == {"DEBATE_TURN_SECONDS": "25"}
    assert worker.variables["DEBATE_TURN_SECONDS"] == "25"


def test_another_commit_is_deployed_and_an_earlier_one_again(operator: Operator) -> None:
    operator.mutated(*ALONE)
    for commit in ("f" * 40, COMMIT):
        done = operator.deploy("apply", *ALONE, commit=commit)
        assert done.status == 0, done
        assert operator.railway.named("gayed-signals-auth-check").variables["APP_VERSION"] == commit


def test_what_is_known_at_railway_need_not_be_given_again(operator: Operator) -> None:
    operator.mutated(*ALONE)
    operator.environment = {}
    assert operator.mutated(*ALONE) == []


def test_variables_come_from_a_file(operator: Operator, tmp_path: Path) -> None:
    file = tmp_path / "production.env"
    file.write_text("".join(f"{name}='{value}'\n" for name, value in operator.environment.items()), "utf-8")
    given, operator.environment = operator.environment, {}
    operator.mutated(*ALONE, "--env-file", str(file))
    there = operator.railway.named("gayed-signals-auth-check").variables
    assert there["CLERK_JWT_KEY"] == given["CLERK_JWT_KEY"].strip()


@pytest.mark.parametrize("operation", MUTATIONS)
@pytest.mark.parametrize(
    ("fault", "told"),
    [(Fault(502), "502"), (Fault(502, after=True), "502"), (Fault(0, after=True), "RemoteProtocolError")],
    ids=["not done", "done", "done, and no answer"],
)
def test_what_was_broken_off_is_finished_by_the_next(
    operator: Operator, operation: str, fault: Fault, told: str
) -> None:
    operator.monkeypatch.setattr(api, "ATTEMPTS", 1)
    operator.railway.faults[operation] = [fault]
    name = "auth-check" if operation == "ServiceDomainCreate" else "debate-run"
    broken = operator.deploy("apply", name)
    assert (broken.status, broken.error.count(f"Railway did not answer {operation}: {told}")) == (1, 1)
    operator.mutated(name)
    service = operator.railway.named(f"gayed-signals-{name}")
    assert (len(service.domains), service.variables[MARK] != "new") == (int(name == "auth-check"), True)
    assert operator.mutated(name) == []


@pytest.mark.parametrize("fault", [Fault(429), Fault(503), Fault(0)])
@pytest.mark.parametrize("operation", ["Variables", "VariableCollectionUpsert"])
def test_what_is_safe_is_tried_again(operator: Operator, operation: str, fault: Fault) -> None:
    operator.railway.faults[operation] = [fault]
    operator.mutated("debate-run")
    assert sum(name == operation for name, _ in operator.railway.mutations) in {0, 2}


def test_too_many_requests_are_waited_out_even_by_what_may_happen_once_only(operator: Operator) -> None:
    operator.railway.faults["ServiceCreate"] = [Fault(429)]
    operator.mutated("debate-run")
    assert operator.railway.named("gayed-signals-debate-run")


def test_a_refusal_is_told_in_the_words_of_railway(operator: Operator) -> None:
    operator.railway.faults["ServiceCreate"] = [Fault(errors=("Free plan resource provision limit exceeded",))]
    done = operator.deploy("apply", *ALONE)
    assert done.status == 1
    assert "Railway refused ServiceCreate: Free plan resource provision limit exceeded" in done.error


@pytest.mark.parametrize("end", ["FAILED", "CRASHED", "SKIPPED", "NEEDS_APPROVAL", "REMOVED"])
def test_a_deployment_that_is_not_good_fails_and_is_made_again(operator: Operator, end: str) -> None:
    good, operator.railway.stages = operator.railway.stages, ["BUILDING", end]
    done = operator.deploy("apply", "debate-run")
    assert done.status == 1
    assert f"gayed-signals-debate-run: deployment deployment-1 is {end}; " in done.error
    assert operator.deploy("plan", "debate-run").status == 2
    assert operator.deploy("status", "debate-run").status == 1
    operator.railway.stages = good
    assert [name for name, _ in operator.mutated("debate-run")] == ["Deploy", "VariableCollectionUpsert"]


def test_a_deployment_that_does_not_end_is_not_waited_for_for_ever_and_made_again(operator: Operator) -> None:
    good, operator.railway.stages = operator.railway.stages, ["BUILDING"]
    done = operator.deploy("apply", "debate-run", "--seconds", "0.05")
    assert done.status == 1
    assert "deployment deployment-1 is still BUILDING" in done.error
    operator.railway.stages = good
    assert [name for name, _ in operator.mutated("debate-run")] == ["Deploy", "VariableCollectionUpsert"]


def test_a_deployment_that_runs_another_commit_fails(operator: Operator) -> None:
    operator.mutated(*ALONE)
    operator.railway.switches = False
    done = operator.deploy("apply", *ALONE, commit="e" * 40)
    assert done.status == 1
    assert f"it is version '{COMMIT}', not '{'e' * 40}'" in done.out


def test_two_services_of_one_name_are_nobodys(operator: Operator) -> None:
    for number in "12":
        operator.railway.services[f"double-{number}"] = platform.Service("gayed-signals-auth-check", {MARK: "new"})
    done = operator.deploy("apply", *ALONE)
    assert (done.status, operator.railway.mutations) == (1, [])
    assert "2 services are named 'gayed-signals-auth-check'" in done.error


def test_a_service_of_somebody_else_is_left_alone(operator: Operator) -> None:
    operator.railway.services["foreign"] = platform.Service("gayed-signals-auth-check", {"SECRET": "of-others"})
    done = operator.deploy("apply", *ALONE)
    assert (done.status, operator.railway.mutations) == (1, [])
    assert "scripts/deploy did not make it: choose another --prefix" in done.error
    operator.mutated(*ALONE, "--prefix", "talks")


@pytest.mark.parametrize(
    ("arguments", "settings", "complaint"),
    [
        ((), {"RAILWAY_API_TOKEN": "account-secret"}, "RAILWAY_TOKEN and RAILWAY_API_TOKEN are both set"),
        ((), {"RAILWAY_TOKEN": ""}, "no token: set RAILWAY_TOKEN"),
        ((), {"RAILWAY_TOKEN": "wrong"}, "Railway refused ProjectToken: Not Authorized"),
        ((), {"RAILWAY_TOKEN": "", "RAILWAY_API_TOKEN": "account-secret"}, "name the project with --project"),
        (
            ("--project", platform.PROJECT, "--environment", "staging"),
            {"RAILWAY_TOKEN": "", "RAILWAY_API_TOKEN": "account-secret"},
            "the project has no environment 'staging'",
        ),
        ((), {"CLERK_AUTHORIZED_PARTIES": ""}, "gayed-signals-auth-check needs CLERK_AUTHORIZED_PARTIES"),
        ((), {"CLERK_JWT_KEY": "postgres@"}, "gayed-signals-auth-check: CLERK_JWT_KEY is not valid: "),
        (("nonsense",), {}, "FUNCTIONS names 'nonsense'"),
        (("--env-file", "missing.env"), {}, "there is no file missing.env"),
        (("--seconds", "soon"), {}, "argument --seconds"),
        (("debate-list",), {"DATABASE_POOL_SIZE": "50"}, "may open 100 connections while they are deployed, of 80"),
    ],
)
def test_what_cannot_be_is_a_line_and_status_1(
    operator: Operator, arguments: tuple[str, ...], settings: dict[str, str], complaint: str
) -> None:
    done = operator.deploy("plan", "auth-check", *arguments, **settings)
    assert (done.status, done.out, operator.railway.mutations) == (1, "", [])
    assert complaint in done.error


def test_behind_a_pooler_only_what_goes_past_it_counts(operator: Operator) -> None:
    large = {"DATABASE_POOL_SIZE": "50", "DATABASE_UNPOOLED_URL": operator.environment["DATABASE_URL"]}
    done = operator.deploy("plan", "debate-list", "debate-run", **large)
    assert (done.status, "PostgreSQL: at most 8 of 80 connections" in done.out) == (2, True), done


def test_a_pools_size_that_was_set_once_stays(operator: Operator) -> None:
    operator.mutated("debate-list", DATABASE_POOL_SIZE="7")
    assert operator.mutated("debate-list") == []
    assert operator.railway.named("gayed-signals-debate-list").variables["DATABASE_POOL_SIZE"] == "7"


def test_a_pools_size_that_nobody_chose_follows_what_the_service_holds(operator: Operator) -> None:
    operator.mutated("debate-list", "--bundle")
    variables = operator.railway.named("gayed-signals-functions").variables
    assert variables["DATABASE_POOL_SIZE"] == "2"
    operator.mutated("debate-list", "debate-run", "--bundle")
    assert operator.railway.named("gayed-signals-functions").variables["DATABASE_POOL_SIZE"] == "4"


def test_a_pools_size_that_is_a_reference_can_be_counted_only_behind_a_pooler(operator: Operator) -> None:
    reference = {"DATABASE_POOL_SIZE": "${{shared.SIZE}}"}
    pooler = {"DATABASE_UNPOOLED_URL": operator.environment["DATABASE_URL"]}
    assert "DATABASE_POOL_SIZE must be a number" in operator.deploy("plan", "debate-list", **reference).error
    assert operator.deploy("plan", "debate-list", **reference, **pooler).status == 2


def test_an_accounts_token_does_with_the_project(operator: Operator) -> None:
    account = {"RAILWAY_TOKEN": "", "RAILWAY_API_TOKEN": "account-secret"}
    assert operator.deploy("plan", *ALONE, "--project", platform.PROJECT, **account).status == 2


@pytest.mark.parametrize("name", api.OPERATIONS)
def test_every_operation_is_valid(name: str) -> None:
    assert validate(SCHEMA, parse(api.OPERATIONS[name])) == []


def test_the_program_itself(operator: Operator) -> None:
    call = [ROOT / "scripts" / "deploy", "plan", "auth-check", "--repo", "gayed/debates", "--commit", COMMIT]
    environment = os.environ | operator.environment | {"RAILWAY_TOKEN": "project-secret"}
    done = subprocess.run(
        [*call, "--api", operator.railway.url], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.splitlines()[-1]) == (2, "1 of 1 services to change")
