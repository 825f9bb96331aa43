from __future__ import annotations

import asyncio
import itertools
import os
import signal
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import expect

from tests.browser.site import SECONDS
from tests.browser.tab import begin, browsed, browsing, photograph, reached, spoken, turns
from tests.support.processes import once
from tests.support.stream import bearer

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Page

    from tests.browser.site import Site
    from tests.browser.stepped_model import SteppedModel

pytestmark = pytest.mark.full


def test_a_page_that_is_loaded_again_shows_each_word_once(slow: tuple[Site, SteppedModel], built: str) -> None:
    site, model = slow

    async def story() -> None:
        async with browsed(built, site.url) as page:
            await _heard(page, model, "Point 3 of turn 1")
            await page.reload()
            await expect(page.locator("#turn-1 .said")).to_contain_text("Point 3 of turn 1")
            await photograph(page, "reloaded")
            await _to_the_end(page, site, model)

    asyncio.run(story())


def test_a_debate_outlives_its_worker(slow: tuple[Site, SteppedModel], built: str, tmp_path: Path) -> None:
    site, model = slow

    async def story() -> None:
        async with browsed(built, site.url) as page:
            await _heard(page, model, "Point 3 of turn 1")
            os.kill(site.worker.pid, signal.SIGKILL)
            await photograph(page, "worker-killed")
            with site.another(tmp_path / "another", "debate-run"):
                model.allow_all()
                await reached(page, "Completed")
            assert await turns(page) == site.said(page.url)

    asyncio.run(story())


def test_two_tabs_show_the_same_debate(slow: tuple[Site, SteppedModel], built: str) -> None:
    site, model = slow

    async def story() -> None:
        async with browsing(built) as context:
            first, second = await context.new_page(), await context.new_page()
            await first.goto(site.url)
            await _heard(first, model, "Point 2 of turn 1")
            await second.goto(first.url)
            await expect(second.locator("#turn-1 .said")).to_contain_text("Point 2 of turn 1")
            await asyncio.gather(*(_to_the_end(page, site, model) for page in (first, second)))
            await photograph(second, "second-tab")

    asyncio.run(story())


def test_a_session_that_expires_during_the_debate_is_renewed(
    expiring: tuple[Site, SteppedModel], built: str, tmp_path: Path
) -> None:
    site, model = expiring

    async def story() -> None:
        async with browsed(built, site.url) as page:
            await _heard(page, model, "Point 2 of turn 1")
            assert await asyncio.to_thread(_expired, site)
            os.kill(site.stream.pid, signal.SIGTERM)  # so that the page has to come again
            site.stream.child.wait(30)
            with site.another(tmp_path / "again", "debate-stream", port=urlsplit(site.stream.url).port or 0):
                await _to_the_end(page, site, model)

    asyncio.run(story())


def _expired(site: Site) -> bool:
    """Wait until a token as short as the page's, but younger, is refused."""
    headers = bearer(seconds=SECONDS)
    return once(lambda: httpx.get(f"{site.calls.url}/auth-check", headers=headers).status_code == 401)


async def _heard(page: Page, model: SteppedModel, point: str) -> None:
    """Start a debate, and have it speak to this point."""
    await begin(page)
    model.allow(int(point.split()[1]))
    await expect(page.locator("#turn-1 .said")).to_contain_text(point)


async def _to_the_end(page: Page, site: Site, model: SteppedModel) -> None:
    """Let the model speak; what a turn says must only ever have grown, to what the log holds."""
    model.allow_all()
    await reached(page, "Completed")
    assert await turns(page) == site.said(page.url)
    for texts in (await spoken(page)).values():
        assert all(after.startswith(before) for before, after in itertools.pairwise(texts))
