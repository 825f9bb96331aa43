from __future__ import annotations

import json
import subprocess

import pytest

from scripts.local.bench.__main__ import ROWS
from scripts.local.functions import ROOT

BENCH = ROOT / "scripts" / "bench"


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    """Install before, as that has words of its own."""
    subprocess.run([ROOT / "scripts" / "install", "local"], capture_output=True, check=True)


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([BENCH, *arguments], capture_output=True, text=True, check=False)


SLOW = {"debate", "memory"}


@pytest.mark.parametrize("row", [pytest.param(row, marks=[pytest.mark.full] * (row in SLOW)) for row in ROWS])
def test_a_row_compares_with_its_floor_or_its_bound(row: str) -> None:
    done = bench("--quick", "--json", row)
    assert done.stderr == ""
    figures = [json.loads(line) for line in done.stdout.splitlines()]
    assert figures
    assert done.returncode == (not all(figure["ok"] for figure in figures))
    for figure in figures:
        assert figure.keys() == {"metric", "unit", "value", "floor", "ratio", "target", "ok", "note"}
        assert figure["metric"].startswith(f"{row}: ")
        assert figure["value"] > 0
        measured = figure["value"] if figure["floor"] is None else figure["value"] / figure["floor"]
        assert figure["ratio"] in {None, measured}
        assert figure["ok"] == (measured <= figure["target"])


def test_people_read_a_table() -> None:
    done = bench("--quick", "--rounds", "1", "health")
    head, line = done.stdout.splitlines()
    assert head.split() == ["value", "floor", "target"]
    assert line.startswith("health: a request ")
    assert line.endswith(("ok", "MISSED"))


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nonsense"], "there is no row 'nonsense'; there are floor, "),
        (["--rounds", "0"], "--rounds must be 1 or more"),
    ],
)
def test_a_mistake_in_the_call(arguments: list[str], complaint: str) -> None:
    done = bench(*arguments)
    assert done.returncode == 2
    assert complaint in done.stderr


def test_a_server_that_does_not_start_is_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "loud")
    done = bench("--quick", "--json", "health")
    assert (done.returncode, done.stdout) == (1, "")
    assert "a server did not start:\nLOG_LEVEL" in done.stderr
    assert "Traceback" not in done.stderr
