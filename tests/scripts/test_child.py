from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from scripts.local.child import Child, scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

ROOT = Path(__file__).parents[2]
ENDINGS = [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT]
WAYS_TO_DIE = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT]

OWNER = """
import pathlib, sys
from scripts.local.child import Child, scratch

with scratch(pathlib.Path(sys.argv[1]) / "scratch-XXXXXX") as place:
    with Child(["/bin/sh", "-c", sys.argv[2]], scratch=place, cwd=place.path) as child:
        child.wait()
"""


def eventually(truth: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def over(processes: Iterable[psutil.Process]) -> bool:
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)


@contextmanager
def owner(program: str, *arguments: str, **environment: str) -> Generator[subprocess.Popen[str]]:
    """Run a program that owns processes, as a terminal does: in a process group of its own."""
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


@pytest.mark.parametrize(("script", "status"), [("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143)])
def test_the_status_of_a_command_that_ends_by_itself(script: str, status: int) -> None:
    with Child(["/bin/sh", "-c", script]) as child:
        eventually(lambda: child.poll() is not None)
        assert child.wait() == status
    assert child.close() == status


def test_a_command_that_does_not_exist(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log, Child([tmp_path / "nothing"], stderr=log) as child:
        assert child.wait() == 127
    assert "not found" in (tmp_path / "log").read_text()


def test_surroundings(tmp_path: Path) -> None:
    command = ["/bin/sh", "-c", "echo $NAME; pwd"]
    with (tmp_path / "log").open("wb") as log, Child(command, stdout=log, cwd=tmp_path, env={"NAME": "a"}) as child:
        assert child.wait() == 0
    assert (tmp_path / "log").read_text() == f"a\n{tmp_path}\n"


@pytest.mark.parametrize("ending", ENDINGS)
def test_closing_sends_the_ending(ending: signal.Signals, tmp_path: Path) -> None:
    script = f"trap 'exit 5' {ending.name[3:]}; touch ready; while :; do sleep 1; done"
    with Child(["/bin/sh", "-c", script], ending=ending, cwd=tmp_path) as child:
        eventually((tmp_path / "ready").exists)
        assert child.poll() is None
        assert child.close() == 5


@pytest.mark.parametrize("ending", ENDINGS * 5)
def test_no_command_is_too_young_for_its_ending(ending: signal.Signals) -> None:
    assert Child(["sleep", "1000"], ending=ending).close() == 128 + ending


def test_a_command_that_will_not_end_is_killed_after_its_grace(tmp_path: Path) -> None:
    script = "trap '' TERM; touch ready; while :; do sleep 1; done"
    with Child(["/bin/sh", "-c", script], grace=0.2, cwd=tmp_path) as child:
        eventually((tmp_path / "ready").exists)
        assert child.close() == -signal.SIGKILL


@pytest.mark.parametrize("hangup", [signal.SIG_DFL, signal.SIG_IGN])
def test_what_a_command_leaves_behind_ends_with_it(hangup: signal.Handlers, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "end")
    before = signal.signal(signal.SIGHUP, hangup)  # which nohup ignores
    try:
        with Child(["/bin/sh", "-c", "sleep 1000 & echo $$ >pid; read -r _ <end; exit 3"], cwd=tmp_path) as child:
            with (tmp_path / "end").open("w"):
                left = psutil.Process(int((tmp_path / "pid").read_text())).children()  # the watcher and sleep
            assert child.wait() == 3
            eventually(lambda: over(left))
    finally:
        signal.signal(signal.SIGHUP, before)


def test_another_user(tmp_path: Path) -> None:
    command = ["/bin/sh", "-c", "id -un; id -G | wc -w"]
    with (tmp_path / "log").open("w+b") as log:
        if os.geteuid() == 0:
            with Child(command, user="nobody", stdout=log) as child:
                assert child.wait() == 0
            assert (tmp_path / "log").read_text().split() == ["nobody", "1"]
        else:
            with pytest.raises(PermissionError):
                Child(command, user="nobody", stdout=log)


def test_a_scratch_directory_is_private_and_temporary(tmp_path: Path) -> None:
    with scratch(tmp_path / "scratch-XXXXXX") as place:
        assert stat.S_IMODE(place.path.stat().st_mode) == 0o700
        (place.path / "directory").mkdir()
    assert list(tmp_path.iterdir()) == []


def test_a_scratch_directory_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"), scratch(tmp_path / "nowhere" / "scratch-XXXXXX"):
        pass


@pytest.mark.parametrize("death", WAYS_TO_DIE)
def test_everything_ends_with_its_owner_and_the_directory_last(death: signal.Signals, tmp_path: Path) -> None:
    script = "trap 'sleep 0.2; cp note ../late; exit' TERM; echo ours > note; echo ready; while :; do sleep 1; done"
    with owner(OWNER, str(tmp_path), script) as process:
        assert said(process) == "ready"
        processes = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, death)
        eventually(lambda: over(processes))
    assert [path.name for path in tmp_path.iterdir()] == ["late"]
    assert (tmp_path / "late").read_text() == "ours\n"
