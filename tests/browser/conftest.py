"""Give the tests a browser and the built application."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from scripts.local import build_web
from tests.browser.site import SECONDS, apart
from tests.browser.speaker import speaking
from tests.browser.tab import SCREENSHOTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.browser.site import Site
    from tests.browser.speaker import Speaker

NAMES = ("chromium", "chromium-browser", "google-chrome")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say where the screenshots are."""
    if SCREENSHOTS.is_dir():
        terminalreporter.write_line(f"screenshots: {SCREENSHOTS}")


@pytest.fixture(scope="session")
def chromium(pytestconfig: pytest.Config) -> str:
    """Return the browser; without one the test is skipped, but fails under --full and with CI=true."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        complaint = "there is no Chromium, and scripts/test could not install it; on Debian: apt install chromium"
        if pytestconfig.getoption("--full") or os.environ.get("CI") == "true":
            pytest.fail(complaint)
        pytest.skip(complaint)
    return found


@pytest.fixture(scope="session")
def built(chromium: str) -> str:
    """Build the application where there is a browser to show it, and return that."""
    build_web.build()
    return chromium


@pytest.fixture
def site(built: str, own_database: dict[str, str], tmp_path: Path) -> Iterator[Site]:
    """Serve the application and its functions."""
    assert built
    with apart(own_database, tmp_path) as running:
        yield running


@pytest.fixture
def speaker() -> Iterator[Speaker]:
    """Serve a model that says no more than the test allows."""
    with speaking() as serving:
        yield serving


@pytest.fixture
def slow(built: str, own_database: dict[str, str], tmp_path: Path, speaker: Speaker) -> Iterator[tuple[Site, Speaker]]:
    """Serve the application with that model."""
    assert built
    with apart(own_database, tmp_path, model=speaker.environment) as site:
        yield site, speaker


@pytest.fixture
def expiring(
    built: str, own_database: dict[str, str], tmp_path: Path, speaker: Speaker
) -> Iterator[tuple[Site, Speaker]]:
    """Serve the application with that model, and sessions that soon expire."""
    assert built
    session = {"SESSION_SECONDS": str(SECONDS)}
    with apart(own_database, tmp_path, model=speaker.environment, session=session) as site:
        yield site, speaker
