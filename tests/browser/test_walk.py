from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.browser.tab import begin, browsed, photograph, reached, spoken, turns

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.browser.site import Site

TEXT = "Utilities lead\nUtilities lead the market by 3% while lumber lags gold. Credit is calm."


def test_a_walk_through_all_pages(site: Site, built: str) -> None:
    address, shown, grown = asyncio.run(_walk(built, site.url))
    assert shown == site.said(address)
    assert len(grown["turn-1"]) > 5
    for texts in grown.values():
        assert all(after.startswith(before) for before, after in itertools.pairwise(texts))


async def _walk(chromium: str, url: str) -> tuple[str, dict[str, str], dict[str, list[str]]]:
    async with browsed(chromium, url) as page:
        await _skip_to_the_content(page)
        await begin(page)
        await expect(page.locator("#turn-2 .said")).to_contain_text(" ")
        await photograph(page, "debate-live")
        await reached(page, "Completed")
        found = page.url, await turns(page), await spoken(page)
        await _follow_the_evidence(page)
        await _find_it_in_the_list(page)
        await _chat(page)
        return found


async def _skip_to_the_content(page: Page) -> None:
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await expect(page.get_by_role("heading", level=1)).to_have_text("What shall be debated?")


async def _follow_the_evidence(page: Page) -> None:
    await expect(page.get_by_text("offline model")).to_be_visible()
    await expect(page.get_by_role("img", name="Confidence")).to_be_visible()
    await expect(page.get_by_role("table")).to_be_visible()
    await photograph(page, "debate-completed", whole=True)
    source = page.locator("ul.evidence a[href^='#turn-']").first
    turn = page.locator(f"{await source.get_attribute('href')}")
    await source.focus()
    await page.keyboard.press("Enter")
    await expect(turn).to_be_in_viewport()
    assert await turn.evaluate("turn => turn.matches(':target')")
    await photograph(page, "evidence")


async def _find_it_in_the_list(page: Page) -> None:
    address = page.url.partition("#")[0]
    await page.get_by_role("link", name="Your debates").click()
    await expect(page.get_by_role("cell", name="completed")).to_be_visible()
    await photograph(page, "debates")
    await page.get_by_role("rowheader").get_by_role("link").click()
    await page.wait_for_url(address)
    await reached(page, "Completed")


async def _chat(page: Page) -> None:
    await page.get_by_role("link", name="Chat").click()
    await page.wait_for_url("**/chat/*")
    await page.get_by_label("A text that is to be debated").fill(TEXT)
    await page.get_by_role("button", name="Send").click()
    await reached(page, "The debate has ended.")
    await expect(page.get_by_role("heading", name="Verdict")).to_be_visible()
    for source in await page.locator("ul.evidence a").all():
        await expect(page.locator(f"{await source.get_attribute('href')}")).to_be_attached()
    await photograph(page, "chat", whole=True)
