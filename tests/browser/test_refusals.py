from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.site import serving_site
from tests.browser.tab import ask, begin, browsed, browsing, photograph
from tests.support.stream import bearer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.site import Site

pytestmark = pytest.mark.full

ASK = """async ([address, headers]) => {
  try { return (await fetch(address, { headers })).status; } catch (error) { return error.name; }
}"""


def test_a_limit_is_said_in_words(built: str, own_database: dict[str, str], tmp_path: Path) -> None:
    with serving_site(own_database, tmp_path, calls={"DEBATE_STARTS_PER_DAY": "1"}) as site:
        asyncio.run(_one_too_many(built, site.url))


async def _one_too_many(chromium: str, url: str) -> None:
    async with browsed(chromium, url) as page:
        await begin(page)
        await page.goto(url)
        await ask(page)
        problem = page.locator(".problem")
        await expect(problem).to_contain_text("Too many requests")
        await expect(problem).to_contain_text("Try again in 24 hours")
        await photograph(page, "too-many-requests", whole=True)


def test_a_backend_without_a_model_is_said_in_words(built: str, own_database: dict[str, str], tmp_path: Path) -> None:
    async def story(url: str) -> None:
        async with browsed(built, url) as page:
            await ask(page)
            await expect(page.locator(".problem strong")).to_have_text("No model is configured")
            await photograph(page, "no-model", whole=True)

    with serving_site(own_database, tmp_path, calls={"DEBATE_MODEL": ""}) as site:
        asyncio.run(story(site.url))


def test_only_the_pages_that_are_allowed_may_call_from_the_browser(site: Site, built: str) -> None:
    async def story() -> None:
        async with browsing(built) as context:
            page = await context.new_page()
            complaints: list[str] = []
            page.on("console", lambda message: complaints.append(message.text))
            call = [f"{site.calls.url}/auth-check", bearer()]
            await page.goto(site.url)
            assert await page.evaluate(ASK, call) == 200
            await page.goto(site.url.replace("localhost", "other.localhost"))
            assert await page.evaluate(ASK, call) == "TypeError"
            assert any("blocked by CORS policy" in complaint for complaint in complaints)

    asyncio.run(story())
