"""Do what the documents say, to the letter."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from scripts.local.functions import ROOT

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = ("README.md", "CHANGELOG.md", ".github/CONTRIBUTING.md", "lib/README.md", "lib/typescript/README.md")
MODULES = "lib/typescript/node_modules"
NOT_COPIED = shutil.ignore_patterns(".venv", ".git", ".local", ".*_cache", "__pycache__", "node_modules", ".next")
FILE = re.compile(r"^The [^`\n]*`(?P<path>[\w./]+)`[^\n]*:\n\n```\w+\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)(?P<path>[^)#\s]*)(?:#(?P<anchor>[^)\s]+))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
SCRIPT = re.compile(r"(?<![\w/.])scripts/[a-z]+\b(?![/.])")
VERSION = re.compile(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$", re.MULTILINE)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the project to change."""
    made = shutil.copytree(ROOT, tmp_path / "copy", ignore=NOT_COPIED)
    (made / MODULES).symlink_to(ROOT / MODULES)
    return made


def _python(copy: Path, *arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_function_is_added_as_it_says(copy: Path) -> None:
    readme = (copy / "lib" / "README.md").read_text("utf-8")
    section = readme.partition("### Add a function")[2].partition("\n## ")[0]
    files = {found["path"]: found["text"] for found in FILE.finditer(section)}
    assert files.keys() == {"functions/greet.py", "functions/manifest.toml", "tests/functions/test_greet.py"}
    for path, text in files.items():
        with (copy / path).open("a", encoding="utf-8") as file:
            file.write(text)
    assert " 1 passed" in _python(copy, "-m", "pytest", "tests/functions/test_greet.py", "-p", "no:cacheprovider")
    python = [path for path in files if path.endswith(".py")]
    _python(copy, "-m", "ruff", "check", *python)
    _python(copy, "-m", "ruff", "format", "--check", *python)
    _python(copy, "-m", "scripts.local.generate")
    assert "| greet | GET /greet | a session | Greet the caller |" in (copy / "README.md").read_text("utf-8")


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
