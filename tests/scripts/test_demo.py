from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from tests.support.processes import once

ROOT = Path(__file__).parent.parent.parent
DEMO = [str(ROOT / "scripts" / "demo")]


def _environment(scratch: Path) -> dict[str, str]:
    """Return an environment with a temporary directory of its own, to see what is left there."""
    named = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "DEBATE_"))}
    return named | {"TMPDIR": str(scratch)}


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """Return a short path that another user may enter, as the embedded PostgreSQL of root does."""
    return tmp_path


SOUP = "# Soup\n\nCut the onions thin, brown them slowly in butter, add the broth. Serve it with bread and cheese.\n"


@pytest.fixture
def soup(tmp_path: Path) -> str:
    """Return a file with nothing financial in it."""
    file = tmp_path / "soup.md"
    file.write_text(SOUP, "utf-8")
    return str(file)


def test_prints_the_events_as_json_and_leaves_nothing_behind(scratch: Path) -> None:
    done = subprocess.run(
        [*DEMO, "--json", "--rounds", "1"],
        env=_environment(scratch),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[-1]["type"] == "debate.completed"
    assert once(lambda: not _ours(scratch))
    assert list(scratch.iterdir()) == []


def test_shows_people_who_speaks_and_what_the_verdict_is(tmp_path: Path, scratch: Path) -> None:
    article = tmp_path / "note.md"
    article.write_text("# Calm seas\n\nCredit spreads tightened to 310 basis points. Payrolls may slow, we fear.\n")
    done = subprocess.run(
        [*DEMO, "note.md", "--rounds", "1"],
        env=_environment(scratch),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    for words in (
        "Calm seas",
        " round 1 of 1 ",
        "Financial Analyst",
        "Risk Challenger",
        " verdict ",
        "confidence \u2588",
    ):
        assert words in done.stdout
    assert "\033[" not in done.stdout


def test_has_colours_on_a_terminal_only(scratch: Path) -> None:
    owner, terminal = pty.openpty()
    with subprocess.Popen(
        [*DEMO, "--rounds", "1"], env=_environment(scratch), stdout=terminal, stderr=terminal
    ) as demo:
        os.close(terminal)
        shown = b""
        while chunk := _read(owner):
            shown += chunk
        assert demo.wait(timeout=60) == 0
    os.close(owner)
    assert b"\033[1;" in shown


def _read(file: int) -> bytes:
    try:
        return os.read(file, 65_536)
    except OSError:  # Linux's word for the end of a terminal
        return b""


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_leaves_nothing_behind_however_it_ends(scratch: Path, ending: signal.Signals) -> None:
    with subprocess.Popen(
        [*DEMO, "--json", "--rounds", "5"],
        env=_environment(scratch),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as demo:
        assert demo.stdout is not None
        demo.stdout.readline()
        started = _ours(scratch)
        os.killpg(demo.pid, ending)
        status = demo.wait(timeout=60)
    assert len(started) > 3
    assert status == (130 if ending == signal.SIGINT else -ending)
    assert once(lambda: not _ours(scratch))
    assert once(lambda: not [path for path in scratch.iterdir() if path.name.startswith("postgres")])


@pytest.mark.full
def test_opens_the_application_and_leaves_nothing_behind(tmp_path: Path, scratch: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nexec curl -s -o {tmp_path}/page "$1"\n')
    browser.chmod(0o755)
    screen = {"DISPLAY": ":0", "BROWSER": f"{browser} %s"}
    with subprocess.Popen(
        [*DEMO, "--web"],
        env=_environment(scratch) | screen,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as demo:
        assert demo.stdout is not None
        assert any(line.startswith(b"The application is at") for line in demo.stdout)
        assert once(
            lambda: (tmp_path / "page").is_file() and "What shall be debated?" in (tmp_path / "page").read_text()
        )
        os.killpg(demo.pid, signal.SIGINT)
        status = demo.wait(timeout=60)
    assert status == 130
    assert once(lambda: not _ours(scratch))
    assert {path.name for path in scratch.iterdir()} == {"browser", "page"}


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (["no-such-file.md"], 1, "no-such-file.md cannot be read"),
        (["--rounds", "six"], 2, "--rounds"),
        (["--web", "notes.md"], 2, "--web takes no other argument"),
        (["--rounds", "6"], 1, "/rounds"),
    ],
)
def test_says_what_is_wrong_with_a_call(scratch: Path, arguments: list[str], status: int, complaint: str) -> None:
    done = subprocess.run(
        [*DEMO, *arguments], env=_environment(scratch), capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == status
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_debates_what_is_not_financial_only_where_one_insists(scratch: Path, soup: str) -> None:
    command, environment = [*DEMO, soup, "--json", "--rounds", "1"], _environment(scratch)
    refused = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "--force debates it anyway" in refused.stderr
    insisting = [*command, "--force"]
    done = subprocess.run(insisting, env=environment, capture_output=True, text=True, check=False, timeout=120)
    first, *_, last = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, first["title"], last["type"]) == (0, "Soup", "debate.completed")


def _ours(scratch: Path) -> set[int]:
    """Return the processes that this demo has started, whoever they run as: they share its temporary directory."""
    return {process.pid for process in psutil.process_iter() if _temporary(process) == str(scratch)}


def _temporary(process: psutil.Process) -> str | None:
    try:
        return process.environ().get("TMPDIR")
    except psutil.Error:  # it has ended, or is somebody else's
        return None
