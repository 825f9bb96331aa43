from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scripts.local.functions import ROOT
from scripts.local.rooms import FILE_LINES, FUNCTION_LINES, LIB_ENTRIES, complaints

if TYPE_CHECKING:
    from pathlib import Path

DOCSTRING = '"""A room."""\n'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a folder with functions, lib and scripts that break no rule."""
    for name in ("functions", "lib", "scripts", "lib/room"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(DOCSTRING, "utf-8")
    return tmp_path


def lines(count: int) -> str:
    return "VALUE = 1\n" * count


def function(length: int) -> str:
    return "def f() -> None:\n" + "    VALUE = 1\n" * (length - 1)


def test_this_repository_breaks_no_rule() -> None:
    assert complaints(ROOT) == []


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        ("lib/room/__init__.py", f"{DOCSTRING}VALUE = 1\n", "lib/room/__init__.py must hold a docstring"),
        ("lib/room/__init__.py", "", "lib/room/__init__.py must hold a docstring"),
        ("functions/__init__.py", "import os\n", "functions/__init__.py must hold a docstring"),
        ("lib/room/a.py", lines(FILE_LINES + 1), f"lib/room/a.py has {FILE_LINES + 1} lines"),
        ("scripts/a.py", lines(FILE_LINES + 1), f"scripts/a.py has {FILE_LINES + 1} lines"),
        ("functions/a.py", function(FUNCTION_LINES + 1), f"functions/a.py:1 f() has {FUNCTION_LINES + 1} lines"),
        (
            "scripts/a.py",
            f"class A:\n    async {function(41).replace('    ', '        ')}",
            "scripts/a.py:2 f() has 41",
        ),
    ],
)
def test_a_broken_rule_is_named_with_its_place(tree: Path, file: str, text: str, complaint: str) -> None:
    (tree / file).write_text(text, "utf-8")
    (found,) = complaints(tree)
    assert found.startswith(complaint)


def test_lib_has_a_limit_of_entries(tree: Path) -> None:
    for number in range(LIB_ENTRIES - 1):
        (tree / "lib" / f"room_{number}").mkdir()
    (found,) = complaints(tree)
    assert found.startswith(f"lib/ has {LIB_ENTRIES + 1} entries")


def test_files_of_the_greatest_size_are_allowed(tree: Path) -> None:
    (tree / "lib" / "room" / "a.py").write_text(lines(FILE_LINES), "utf-8")
    (tree / "lib" / "room" / "b.py").write_text(function(FUNCTION_LINES), "utf-8")
    (tree / "lib" / "__pycache__").mkdir()
    assert complaints(tree) == []
