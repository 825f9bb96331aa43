from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import grimp
import httpx
import pytest

from lib import manifest, requirements
from lib.web.server.serve import DRAIN_SECONDS
from scripts.local import functions
from scripts.local.functions import ROOT
from tests.support.processes import once
from tests.support.stream import bearer

if TYPE_CHECKING:
    from collections.abc import Generator

    from lib.manifest import Function

PINNED = {line.partition(" ")[0] for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines()}
NOT_FOR_HEALTH = {"autogen-core", "pydantic", "sqlalchemy", "asyncpg", "httpx", "aiohttp", "pgqueuer", "pyjwt"}
HEAVY = {"autogen_core", "autogen_agentchat", "sqlalchemy", "asyncpg", "pgqueuer"}
BEFORE_DEPLOY = "/app/.venv/bin/python -m lib.migrations"
NOBODY = "65534"


@pytest.fixture(scope="module")
def place() -> Generator[Path]:
    """Return where packages and images may lie, which other tests need not look through."""
    with tempfile.TemporaryDirectory(prefix="image-") as path:
        yield Path(path)


def _uv(*arguments: str | Path) -> str:
    command = [sys.executable, "-m", "uv", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def python(request: pytest.FixtureRequest, place: Path) -> Path:
    """Return a Python that has what one function needs, as the image installs it, and nothing else."""
    chosen = "\n".join(requirements.of([manifest.read()[request.param]]))
    environment = place / hashlib.sha256(chosen.encode()).hexdigest()
    python, pins = environment / "bin" / "python", ROOT / "requirements.txt"
    if not environment.exists():
        _uv("venv", "--quiet", "--python", sys.executable, environment)
        listed = environment / "chosen.txt"
        listed.write_text(chosen, "utf-8")
        _uv("pip", "install", "--quiet", "--compile-bytecode", "--python", python, "-r", listed, "--constraint", pins)
    return python


@pytest.mark.parametrize(("python", "name"), [(name, name) for name in manifest.read()], indirect=["python"])
def test_a_function_runs_with_the_packages_that_were_chosen_for_it(
    environment: dict[str, str], log: Path, python: Path, name: str
) -> None:
    served = manifest.read()
    with functions.serving(environment, log, name, python=python) as serving:
        health = httpx.get(f"{serving.url}/health")
        if (path := served[name].path) and "{" not in path and served[name].method == "GET":
            assert httpx.get(f"{serving.url}{path}", headers=bearer()).status_code == 200
    assert (health.status_code, name in health.json()["functions"]) == (200, True), health.text
    subprocess.run([python, "-c", f"import {', '.join(_imported(served[name]))}"], check=True)


@functools.cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph("lib", "functions", include_external_packages=True, exclude_type_checking_imports=True)


def _imported(function: Function) -> list[str]:
    """Return the modules of others that a function's code imports anywhere, also where it seldom comes to that."""
    graph = _graph()
    roots = {"functions.__main__", function.module, *(manifest.RESOURCES[name] for name in function.resources)}
    roots |= {inner for root in roots if root in graph.modules for inner in graph.find_descendants(root)}
    roots |= {"lib.migrations.upgrade", "lib.migrations.env"} if "postgres" in function.resources else set()
    reached = roots.union(*(graph.find_upstream_modules(root) for root in roots))
    return sorted(module for module in reached if module.partition(".")[0] not in {"lib", "functions"})


@pytest.mark.parametrize("python", manifest.read(), indirect=True)
def test_whatever_is_installed_is_pinned(python: Path) -> None:
    assert {line for line in _uv("pip", "freeze", "--python", python).splitlines() if line not in PINNED} == set()


@pytest.mark.parametrize("python", ["health"], indirect=True)
def test_health_alone_has_no_autogen_and_no_database(python: Path) -> None:
    names = {line.partition("==")[0] for line in _uv("pip", "freeze", "--python", python).splitlines()}
    assert "starlette" in names
    assert names & NOT_FOR_HEALTH == set()


def test_a_function_that_is_not_there_cannot_be_chosen() -> None:
    command = [sys.executable, "-m", "lib.requirements"]
    environment = os.environ | {"FUNCTIONS": "health,nonsense"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("FUNCTIONS names 'nonsense'")


def test_what_has_no_database_has_nothing_to_migrate(environment: dict[str, str]) -> None:
    away = {**environment, "DATABASE_URL": "", "FUNCTIONS": "auth-check"}
    command = [sys.executable, "-m", "lib.migrations"]
    done = subprocess.run(command, env=away, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "no function of FUNCTIONS has a database: nothing to migrate\n")
    without = subprocess.run(command, env=away | {"FUNCTIONS": "debate-list"}, capture_output=True, check=False)
    assert without.returncode == 2


def test_the_dockerfile_is_clean() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("hadolint"), ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_railway_toml_says_what_holds() -> None:
    read = tomllib.loads((ROOT / "railway.toml").read_text("utf-8"))
    build, deploy = read.pop("build"), read.pop("deploy")
    assert read == {}
    assert build == {"builder": "DOCKERFILE", "dockerfilePath": "Dockerfile"}
    assert deploy["healthcheckPath"] == manifest.read()[manifest.HEALTH].path
    assert deploy["drainingSeconds"] > DRAIN_SECONDS
    assert deploy["preDeployCommand"] == [BEFORE_DEPLOY]
    assert deploy["restartPolicyType"] in {"ON_FAILURE", "ALWAYS"}


class Buildah:
    """Debian's buildah: without a daemon, and with all that it keeps in one place."""

    def __init__(self, place: Path) -> None:
        self._command = ["buildah", "--storage-driver", "vfs", "--root", place / "root", "--runroot", place / "run"]

    def __call__(self, *arguments: str | Path) -> str:
        """Run a command of it, and return what it prints."""
        sys.stderr.write(f"+ buildah {' '.join(map(str, arguments))}\n")
        return subprocess.run(
            [*self._command, *arguments], stdout=subprocess.PIPE, text=True, check=True
        ).stdout.strip()

    def packages(self, image: str) -> set[str]:
        """Return what is installed in the tree of an image, whose size it tells."""
        tree = Path(self("mount", self("from", image)))
        (packages,) = (tree / "app" / ".venv" / "lib").glob("python3*/site-packages")
        size = self("images", "--format", "{{.Size}}", image)
        ours = sum(path.lstat().st_size for path in (tree / "app").rglob("*") if not path.is_dir())
        sys.stderr.write(f"{image}: {size}, of which /app {ours / 1e6:.0f} MB\n")
        return {path.name for path in packages.iterdir()}

    @contextlib.contextmanager
    def running(self, image: str, environment: dict[str, str]) -> Generator[subprocess.Popen[str]]:
        """Run what an image is for, as its own user, as long as the context lasts."""
        container = self("from", image)
        config = json.loads(self("inspect", "--type", "image", image))["OCIv1"]["config"]
        given = [f"--env={name}={value}" for name, value in environment.items()]
        command = [*self._command, "run", "--isolation", "chroot", *given, container, "--", *config["Cmd"]]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                yield process
            finally:
                process.terminate()


@pytest.fixture(scope="module")
def buildah(place: Path) -> Buildah:
    """Return a buildah that has an image of Debian with a Python, made here: no registry need be reached."""
    missing = [name for name in ("buildah", "debootstrap") if shutil.which(name) is None]
    if missing or os.getuid() != 0:
        pytest.skip(f"images are built by root, with Debian's buildah and debootstrap; missing: {missing or 'root'}")
    packages = "python3-venv,python3-pip,python-is-python3,ca-certificates"
    bootstrap = ["debootstrap", "--variant=minbase", f"--include={packages}", "trixie", place / "debian"]
    if subprocess.run(bootstrap, stdout=subprocess.DEVNULL, check=False).returncode:
        pytest.skip("debootstrap could make no Debian here; is its archive within reach?")
    authorities = Path("etc/ssl/certs/ca-certificates.crt")  # also those that only this machine has
    shutil.copy(Path("/") / authorities, place / "debian" / authorities)
    made = Buildah(place)
    base = made("from", "scratch")
    made("copy", "--quiet", base, place / "debian", "/")
    made("commit", "--quiet", base, "base")
    return made


@pytest.mark.full
@pytest.mark.parametrize(("chosen", "status"), [("health", 200), ("", 503)], ids=["health alone", "all, no database"])
def test_the_image_is_built_and_serves_as_nobody(
    buildah: Buildah, environment: dict[str, str], chosen: str, status: int
) -> None:
    image = f"functions-{chosen or 'all'}"
    arguments = ("--build-arg", "BASE=localhost/base", "--build-arg", f"FUNCTIONS={chosen}")
    sys.stderr.write(buildah("build", "--isolation", "chroot", *arguments, "--tag", image, ROOT) + "\n")
    assert buildah.packages(image) & {*HEAVY, "starlette"} == {"starlette", *(() if chosen else HEAVY)}
    if chosen:
        before = ["run", "--isolation", "chroot", buildah("from", image), "--", *BEFORE_DEPLOY.split()]
        assert buildah(*before).endswith("nothing to migrate")
    given = {name: value for name, value in environment.items() if name.startswith(("CLERK_", "DEBATE_"))}
    away = {"DATABASE_URL": "postgresql://127.0.0.1:1/away", "PORT": "0"}
    with buildah.running(image, {**(given if not chosen else {}), **away}) as process:
        assert process.stdout
        started = next(line for line in map(json.loads, process.stdout) if line["message"] == "listening")
        answers: list[httpx.Response] = []
        assert once(lambda: _answered(f"http://127.0.0.1:{started['port']}/health", answers))
        assert httpx.get(f"http://[::1]:{started['port']}/health").status_code == answers[0].status_code
        owner = Path(f"/proc/{started['pid']}/status").read_text("ascii")
        os.kill(started["pid"], signal.SIGTERM)
        assert process.wait(DRAIN_SECONDS * 3) == 0
    sys.stderr.write(f"{answers[0].status_code} {answers[0].text}\n{owner}")
    assert answers[0].status_code == status
    assert [line.split()[1:] for line in owner.splitlines() if line.startswith("Uid:")] == [[NOBODY] * 4]
    assert set(answers[0].json()["functions"]) == (
        {*manifest.ALWAYS_SERVED, chosen} if chosen else set(manifest.read())
    )


def _answered(url: str, answers: list[httpx.Response]) -> bool:
    with contextlib.suppress(httpx.TransportError):
        answers.append(httpx.get(url))
    return bool(answers)
