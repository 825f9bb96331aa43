"""Keep a child process only as long as its owner lives."""

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

# The keeper waits for the command and then ends what is left of the group: the watcher, or a child of the command; by
# SIGALRM, because nohup has everything ignore SIGHUP. Its trap lets it outlive the ending and exit with the command's
# status; what it has to say itself ("Terminated") goes nowhere.
_KEEPER = """
trap 'trap "" ALRM; kill -s ALRM 0' EXIT
trap exit INT QUIT TERM
exec 3>&2 2>/dev/null
/bin/sh "$@"
"""

# Standard input is a pipe whose only write end is the owner's: it ends with the owner, even by kill -9. The watcher
# starts where its signal can no longer be lost in a fork of the keeper, and the command stays in the foreground,
# because a shell's background jobs ignore SIGINT.
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

_PATIENCE_SECONDS = 15


@dataclass(frozen=True)
class Scratch:
    """A temporary directory, and the pipe that keeps it."""

    path: Path
    pipe: IO[str]


@contextmanager
def scratch(pattern: Path) -> Generator[Scratch]:
    """Make a directory of mode 0700 that is removed with its owner, but after all commands started with it have ended.

    The `pattern` ends in XXXXXX, which becomes a name that is not taken (mktemp -d). Raises OSError. Leaving awaits the
    removal, but not for ever: what will not end keeps its directory until it does.
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


class Surroundings(TypedDict, total=False):
    """What a command may be given as subprocess.Popen takes it."""

    stdout: IO[bytes] | int | None
    stderr: IO[bytes] | int | None
    cwd: Path | None
    env: Mapping[str, str] | None


class Child:
    """A running command that gets `ending` when its owner closes the child or dies, and SIGKILL `grace` seconds later.

    The `ending` is SIGTERM, SIGINT or SIGQUIT, or SIGCONT to let it finish. Signals reach the command's process group:
    not what has left that for a group of its own. A terminal's Ctrl-C reaches only the owner. A status is that of a
    shell: 128 + n for a command that died of signal n; -9 if it outstayed its grace. With a `user` (as root only) it
    has only that user's group.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        ending: signal.Signals = signal.SIGTERM,
        grace: float = 10,
        user: str | None = None,
        scratch: Scratch | None = None,
        **surroundings: Unpack[Surroundings],
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
            **surroundings,
        )

    def poll(self) -> int | None:
        """Return the status of a command that has ended, None of one that runs."""
        return self._shell.poll()

    def wait(self, timeout: float | None = None) -> int:
        """Await the end of a command that ends by itself. Raises subprocess.TimeoutExpired after `timeout` seconds."""
        return self._shell.wait(timeout)

    def close(self) -> int:
        """End the command if it still runs, and return its status when it is gone."""
        self._shell.communicate()
        return self._shell.returncode

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
