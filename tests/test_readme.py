"""Do what the README says, to the letter."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from scripts.local.functions import ROOT

if TYPE_CHECKING:
    from pathlib import Path

MODULES = "lib/typescript/node_modules"
NOT_COPIED = shutil.ignore_patterns(".venv", ".git", ".local", ".*_cache", "__pycache__", "node_modules", ".next")
FILE = re.compile(r"^The [^`\n]*`(?P<path>[\w./]+)`[^\n]*:\n\n```\w+\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


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
    readme = (copy / "README.md").read_text("utf-8")
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
    assert (stale.returncode, stale.stderr.count("README.md is stale")) == (1, 1)
    _python(copy, "-m", "scripts.local.generate")
    _python(copy, *check[1:])
