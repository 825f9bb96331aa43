"""Child processes that end with their owner, even if the owner is killed."""

from __future__ import annotations

import pwd
import signal
import subprocess
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self, TypedDict, Unpack

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

# The keeper waits for the command, then ends the rest of its process group (the watcher, children of the command) by
# SIGALRM, because under nohup all of them ignore SIGHUP. Its trap makes it survive that signal and exit with the
# command's status; its own message ("Terminated") is discarded.
_KEEPER = """
trap 'trap "" ALRM; kill -s ALRM 0' EXIT
trap exit INT QUIT TERM
exec 3>&2 2>/dev/null
/bin/sh "$@"
"""

# Standard input is a pipe whose only write end the owner has: it closes when the owner ends, even by SIGKILL. The
# watcher starts after the keeper's last fork, in which its signal could get lost; the command runs in the foreground,
# because background jobs of a shell ignore SIGINT.
_WATCHER = """
signal=$1 grace=$2
shift 2
exec 2>&3 3<&0 </dev/null
{
    trap '' INT QUIT TERM
    read -r line
    kill -s "$signal" 0
    sleep "$grace"
    kill -s KILL 0
} <&3 >/dev/null 2>&1 &
exec "$@" 3<&-
"""

# The shell that removes the directory also makes it: no other process has to survive in between.
_SCRATCH = """
trap '' HUP INT TERM PIPE
directory=$(mktemp -d "$1") || exit
echo "$directory" 2>/dev/null
cat >/dev/null
rm -rf "$directory"
"""

_PATIENCE_SECONDS = 15


@dataclass(frozen=True)
class Scratch:
    """A temporary directory, and the pipe that keeps it until its last holder closes it."""

    path: Path
    pipe: IO[str]


@contextmanager
def scratch(pattern: Path) -> Generator[Scratch]:
    """Make a directory of mode 0700 that is removed after its owner and all commands started with it have ended.

    The `pattern` ends in XXXXXX, which mktemp(1) replaces. Raises OSError. At the end of the context, wait at most 15
    seconds for the removal.
    """
    shell = subprocess.Popen(
        ["/bin/sh", "-c", _SCRATCH, "scratch", pattern],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        path = shell.stdout.readline().rstrip("\n") if shell.stdout else ""
        if not path or not shell.stdin:
            raise OSError(f"no directory could be made like {pattern}")
        yield Scratch(Path(path), shell.stdin)
    finally:
        with suppress(subprocess.TimeoutExpired):
            shell.communicate(timeout=_PATIENCE_SECONDS)


class PopenArguments(TypedDict, total=False):
    """Arguments of subprocess.Popen that a Child accepts."""

    stdout: IO[bytes] | int | None
    stderr: IO[bytes] | int | None
    cwd: Path | None
    env: Mapping[str, str] | None


class Child:
    """A running command that gets the signal `ending` when its owner closes it or dies; SIGKILL after `grace` seconds.

    `ending` is SIGTERM, SIGINT, SIGQUIT, or SIGCONT to let the command finish. Signals go to the command's process
    group; a process that has left the group gets none. Ctrl-C in a terminal reaches only the owner. A status is a
    shell's: 128 + n after signal n, or -9 after SIGKILL at the end of `grace`. A `user` (root only) has only
    its primary group.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        ending: signal.Signals = signal.SIGTERM,
        grace: float = 10,
        user: str | None = None,
        scratch: Scratch | None = None,
        **popen_arguments: Unpack[PopenArguments],
    ) -> None:
        shells = ["/bin/sh", "-c", _KEEPER, "keeper", "-c", _WATCHER, "watcher"]
        self._shell = subprocess.Popen(
            [*shells, ending.name.removeprefix("SIG"), str(grace), *command],
            stdin=subprocess.PIPE,
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
            pass_fds=[scratch.pipe.fileno()] if scratch else [],
            start_new_session=True,
            **popen_arguments,
        )

    def poll(self) -> int | None:
        """Return the command's status, or None while it runs."""
        return self._shell.poll()

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the command's end; return its status. Raises subprocess.TimeoutExpired after `timeout` seconds."""
        return self._shell.wait(timeout)

    def close(self) -> int:
        """End the command if it still runs, wait for its end, and return its status."""
        self._shell.communicate()
        return self._shell.returncode

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
