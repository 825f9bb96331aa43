"""Build the example application of tests/nextjs after a change of its sources."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
from typing import TYPE_CHECKING

from scripts.local.functions import ROOT, NotStarted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APPLICATION = ROOT / "tests" / "nextjs"
PACKAGE = ROOT / "lib" / "typescript"
STAMP = APPLICATION / ".next" / "sources.sha256"
LOCK = APPLICATION / "node_modules" / ".build.lock"
GENERATED = {"node_modules", ".next", "dist", "tests", "next-env.d.ts"}
NODE, NPM = (str(ROOT / ".venv" / "bin" / name) for name in ("node", "npm"))
ENVIRON = {
    **os.environ,
    "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    "NEXT_TELEMETRY_DISABLED": "1",
}


def build() -> None:
    """Build the client package and the application, if a source has changed. Raises NotStarted."""
    if not LOCK.parent.is_dir():
        raise NotStarted("the application's packages are not installed: scripts/install web")
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of two processes, the second finds the build done
        sources = _digest()
        if STAMP.is_file() and STAMP.read_text("utf-8") == sources:
            return
        STAMP.unlink(missing_ok=True)
        for folder in PACKAGE, APPLICATION:
            _run_build(folder)
        STAMP.write_text(sources, "utf-8")


def _run_build(folder: Path) -> None:
    command = [NPM, "run", "--silent", "build"]
    done = subprocess.run(command, cwd=folder, env=ENVIRON, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotStarted(f"{folder.name} cannot be built:\n{done.stdout}{done.stderr}".strip())


def _digest() -> str:
    found = hashlib.sha256()
    for folder in PACKAGE, APPLICATION:
        for file in sorted(_sources(folder)):
            found.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return found.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.name in GENERATED or entry.suffix == ".tsbuildinfo":
            continue
        if entry.is_dir():
            yield from _sources(entry)
        else:
            yield entry
