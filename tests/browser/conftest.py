"""Give the tests a browser and the built application."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from scripts.local import web
from tests.browser.site import apart
from tests.browser.tab import SCREENSHOTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.browser.site import Site

NAMES = ("chromium", "chromium-browser", "google-chrome")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say where the screenshots are."""
    if SCREENSHOTS.is_dir():
        terminalreporter.write_line(f"screenshots: {SCREENSHOTS}")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the browser; without one the test is skipped, but fails with CI=true."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        complaint = "there is no Chromium on PATH; on Debian: apt install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(complaint)
        pytest.skip(complaint)
    return found


@pytest.fixture(scope="session")
def built(chromium: str) -> str:
    """Build the application where there is a browser to show it, and return that."""
    web.build()
    return chromium


@pytest.fixture
def site(built: str, own_database: dict[str, str], tmp_path: Path) -> Iterator[Site]:
    """Serve the application and its functions."""
    assert built
    with apart(own_database, tmp_path) as running:
        yield running
