"""Do what the documents say, to the letter."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from scripts.local.functions import ROOT
from tests.support.recipes import steps

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.recipes import Step

DOCUMENTS = ("README.md", "CHANGELOG.md", ".github/CONTRIBUTING.md", "lib/README.md", "lib/typescript/README.md")
INSTALLED = (".venv", "lib/typescript/node_modules")
NOT_COPIED = shutil.ignore_patterns(".venv", ".git", ".local", ".*_cache", "__pycache__", "node_modules", ".next")
RECIPES = ("Add a function", "Add an event type", "Add an agent", "Add a resource", "Add a provider")
LINK = re.compile(r"\]\((?!https?:)(?P<path>[^)#\s]*)(?:#(?P<anchor>[^)\s]+))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
SCRIPT = re.compile(r"(?<![\w/.])scripts/[a-z]+\b(?![/.])")
VERSION = re.compile(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$", re.MULTILINE)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the project to change."""
    return _copy(tmp_path / "copy")


def _copy(path: Path) -> Path:
    made = shutil.copytree(ROOT, path, ignore=NOT_COPIED)
    for installed in INSTALLED:
        (made / installed).symlink_to(ROOT / installed)
    return made


def _python(copy: Path, *arguments: str) -> str:
    return _run(copy, sys.executable, *arguments)


def _run(copy: Path, *command: str) -> str:
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, cwd=copy, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project in which every recipe was followed, and what follows from the code was written."""
    made = _copy(tmp_path_factory.mktemp("recipes") / "copy")
    for recipe in RECIPES:
        for step in _steps(recipe):
            step.follow(made)
    _python(made, "-m", "scripts.local.generate")
    return made


def _steps(recipe: str) -> list[Step]:
    return steps((ROOT / "lib" / "README.md").read_text("utf-8"), recipe)


def test_the_test_of_every_recipe_passes(changed: Path) -> None:
    added = [step.path for recipe in RECIPES for step in _steps(recipe) if not step.line]
    tests = [path for path in added if path.startswith("tests/")]
    assert len(tests) == len(RECIPES)
    assert f" {len(tests)} passed" in _python(changed, "-m", "pytest", "-p", "no:cacheprovider", *tests)


def test_each_variable_of_a_recipe_is_read_where_the_table_says(changed: Path) -> None:
    path = "tests/lib/process/test_environment.py"
    _python(changed, "-m", "pytest", "-p", "no:cacheprovider", path, "-k", "notice or NOTICE or example")


def test_every_recipe_leaves_the_checks_clean(changed: Path) -> None:
    _python(changed, "-m", "ruff", "check", ".")
    _python(changed, "-m", "ruff", "format", "--check", ".")
    _python(changed, "-m", "basedpyright", "--level", "error")
    _run(changed, "node", "lib/typescript/generate.mjs")
    _run(changed, "npm", "run", "--silent", "--prefix", "lib/typescript", "check")
    assert "| greet | GET /greet | a session | Greet the caller |" in (changed / "README.md").read_text("utf-8")


def test_the_generated_files_are_found_stale_and_mended(copy: Path) -> None:
    manifest = copy / "functions" / "manifest.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('"/auth-check"', '"/who"'), "utf-8")
    check = [sys.executable, "-m", "scripts.local.generate", "--check"]
    stale = subprocess.run(check, cwd=copy, capture_output=True, text=True, check=False)
    assert (stale.returncode, stale.stderr.count(" README.md is stale")) == (1, 1)
    _python(copy, "-m", "scripts.local.generate")
    _python(copy, *check[1:])


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    file = ROOT / document
    for link in LINK.finditer(file.read_text("utf-8")):
        target = (file.parent / link["path"]).resolve() if link["path"] else file
        assert target.exists(), link[0]
        if link["anchor"]:
            assert link["anchor"] in map(_anchor, HEADING.findall(target.read_text("utf-8"))), link[0]


def _anchor(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_script_is_there(document: str) -> None:
    named = set(SCRIPT.findall((ROOT / document).read_text("utf-8")))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_package_has_the_newest_version_of_the_changelog() -> None:
    newest = VERSION.findall((ROOT / "CHANGELOG.md").read_text("utf-8"))[0]
    client = ROOT / "lib" / "typescript"
    lock = json.loads((client / "package-lock.json").read_text("utf-8"))
    assert tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"] == newest
    assert json.loads((client / "package.json").read_text("utf-8"))["version"] == newest
    assert (lock["version"], lock["packages"][""]["version"]) == (newest, newest)
    files = re.findall(r"gayed-signals-debates-([\d.]+)\.tgz", (client / "README.md").read_text("utf-8"))
    assert files
    assert set(files) == {newest}
