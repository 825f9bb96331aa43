"""Fixtures of the browser tests: Chromium, and the built example application on running functions."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from scripts.local import build_web
from tests.browser.site import SECONDS, serving_site
from tests.browser.stepped_model import stepped_model
from tests.browser.tab import SCREENSHOTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.browser.site import Site
    from tests.browser.stepped_model import SteppedModel

NAMES = ("chromium", "chromium-browser", "google-chrome")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the folder of the screenshots after the run."""
    if SCREENSHOTS.is_dir():
        terminalreporter.write_line(f"screenshots: {SCREENSHOTS}")


@pytest.fixture(scope="session")
def chromium(pytestconfig: pytest.Config) -> str:
    """Return the path of Chromium; without it the test is skipped, or fails under --full and with CI=true."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        complaint = "there is no Chromium, and scripts/test could not install it; on Debian: apt install chromium"
        if pytestconfig.getoption("--full") or os.environ.get("CI") == "true":
            pytest.fail(complaint)
        pytest.skip(complaint)
    return found


@pytest.fixture(scope="session")
def built(chromium: str) -> str:
    """Build the example application, and return the path of Chromium."""
    build_web.build()
    return chromium


@pytest.fixture
def site(built: str, own_database: dict[str, str], tmp_path: Path) -> Iterator[Site]:
    """Serve the application and its functions with the offline model."""
    assert built
    with serving_site(own_database, tmp_path) as running:
        yield running


@pytest.fixture
def model() -> Iterator[SteppedModel]:
    """Serve a SteppedModel."""
    with stepped_model() as serving:
        yield serving


@pytest.fixture
def slow(
    built: str, own_database: dict[str, str], tmp_path: Path, model: SteppedModel
) -> Iterator[tuple[Site, SteppedModel]]:
    """Serve the application with a SteppedModel."""
    assert built
    with serving_site(own_database, tmp_path, model=model.environment) as site:
        yield site, model


@pytest.fixture
def expiring(
    built: str, own_database: dict[str, str], tmp_path: Path, model: SteppedModel
) -> Iterator[tuple[Site, SteppedModel]]:
    """Serve the application with a SteppedModel, and sessions that expire after SECONDS."""
    assert built
    session = {"SESSION_SECONDS": str(SECONDS)}
    with serving_site(own_database, tmp_path, model=model.environment, session=session) as site:
        yield site, model
