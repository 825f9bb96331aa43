"""Keep a child process only as long as its owner lives."""

from __future__ import annotations

import pwd
import signal
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# The keeper waits for the command and then ends what is left of the group: the watcher, or a child of the command. It does
# so by SIGALRM, because nohup has everything ignore SIGHUP. A trap lets it outlive the ending and exit with the command's
# status; what it has to say itself ("Terminated") goes nowhere.
_KEEPER = """
trap 'trap "" ALRM; kill -s ALRM 0' EXIT
trap exit INT QUIT TERM
exec 3>&2 2>/dev/null
/bin/sh "$@"
"""

# Standard input is a pipe whose only write end is the owner's: it ends with the owner, even by kill -9. The watcher starts
# where its signal can no longer be lost in a fork of the keeper, and the command stays in the foreground, because a
# shell's background jobs ignore SIGINT.
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

# The shell makes the directory, so that there is no moment in which nobody is there to remove it.
_SCRATCH = """
trap '' HUP INT TERM PIPE
directory=$(mktemp -d "$1") || exit
echo "$directory" 2>/dev/null
cat >/dev/null
rm -rf "$directory"
"""


@dataclass(frozen=True)
class Scratch:
    """A temporary directory, and the pipe that keeps it."""

    path: Path
    pipe: IO[str]


@contextmanager
def scratch(pattern: Path) -> Iterator[Scratch]:
    """Make a directory of mode 0700 that is removed with its owner, but after all commands started with it have ended.

    The `pattern` ends in XXXXXX, which becomes a name that is not taken (mktemp -d).
    """
    shell = subprocess.Popen(
        ["/bin/sh", "-c", _SCRATCH, "scratch", pattern],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    if shell.stdin is None or shell.stdout is None:
        raise AssertionError
    try:
        path = shell.stdout.readline().rstrip("\n")
        if not path:
            raise NotADirectoryError(pattern)
        yield Scratch(Path(path), shell.stdin)
    finally:
        shell.communicate()


class Leash:
    """A running command that gets `ending` when its owner closes the leash or dies, and SIGKILL `grace` seconds later.

    The signals reach its process group: not what has left that for a group of its own. A terminal's Ctrl-C reaches only
    the owner. A status is that of a shell: 128 + n for a command that died of signal n; -9 if it outstayed its grace.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        ending: signal.Signals = signal.SIGTERM,
        grace: float = 10,
        stdout: IO[bytes] | int | None = None,
        stderr: IO[bytes] | int | None = None,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        user: str | None = None,
        scratch: Scratch | None = None,
    ) -> None:
        """Start the command, as `user` with only that user's own group if given (which takes root)."""
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", _KEEPER, "keeper", "-c", _WATCHER, "watcher", ending.name.removeprefix("SIG"), str(grace), *command],
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=stderr,
            cwd=cwd,
            env=env,
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
            pass_fds=[scratch.pipe.fileno()] if scratch else [],
            start_new_session=True,
        )

    def poll(self) -> int | None:
        """Return the status of a command that has ended, None of one that runs."""
        return self._shell.poll()

    def wait(self, timeout: float | None = None) -> int:
        """Return the status when the command ends by itself; raises subprocess.TimeoutExpired after `timeout` seconds."""
        return self._shell.wait(timeout)

    def close(self) -> int:
        """End the command if it still runs, and return its status when it is gone."""
        self._shell.communicate()
        return self._shell.returncode

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
