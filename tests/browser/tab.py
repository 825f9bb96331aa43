"""Drive a real Chromium through the pages of the example application."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.async_api import Page, async_playwright, expect

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from playwright.async_api import BrowserContext

SCREENSHOTS = Path(__file__).parent / "screenshots"
PATIENCE_MS = 90_000
QUIET = (
    "--no-sandbox",  # root has none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Records every text that each turn has had on the page.
RECORDER = """
window.spoken = {};
new MutationObserver(() => {
  for (const turn of document.querySelectorAll("article.turn")) {
    const text = turn.querySelector(".said")?.textContent ?? "";
    const all = (window.spoken[turn.id] ??= []);
    if (all.at(-1) !== text) all.push(text);
  }
}).observe(document, { subtree: true, childList: true, characterData: true });
"""


@contextlib.asynccontextmanager
async def browsing(chromium: str, **device: Any) -> AsyncGenerator[BrowserContext]:
    """Open a browser with a new profile."""
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=QUIET)
        context = await browser.new_context(**device)
        context.set_default_timeout(PATIENCE_MS)
        await context.add_init_script(RECORDER)
        yield context
        await browser.close()


@contextlib.asynccontextmanager
async def browsed(chromium: str, address: str, **device: Any) -> AsyncGenerator[Page]:
    """Open a browser at this address; at the end, fail if its page has thrown an error."""
    async with browsing(chromium, **device) as context:
        page = await context.new_page()
        thrown: list[str] = []
        page.on("pageerror", lambda error: thrown.append(str(error)))
        await page.goto(address)
        yield page
        assert thrown == []


async def ask(page: Page, rounds: int = 1) -> None:
    """Fill the form with the example and submit it."""
    await page.get_by_role("button", name="Use the example").click()
    await expect(page.get_by_label("Title")).not_to_have_value("")
    await page.get_by_label("Rounds").select_option(str(rounds))
    await page.get_by_role("button", name="Start the debate").click()


async def begin(page: Page, rounds: int = 1) -> None:
    """Submit the example, and wait for the debate's page."""
    await ask(page, rounds)
    await page.wait_for_url("**/debates/*")


async def reached(page: Page, status: str) -> None:
    """Wait until the page's live region shows this status."""
    await expect(page.get_by_role("status")).to_have_text(status)


async def spoken(page: Page) -> dict[str, list[str]]:
    """Return all texts that each turn has had since the page was loaded, by the turn's element id."""
    return await page.evaluate("window.spoken")


async def turns(page: Page) -> dict[str, str]:
    """Return the current text of each turn, by the turn's element id."""
    return dict(
        await page.locator("article.turn").evaluate_all(
            "all => all.map(one => [one.id, one.querySelector('.said')?.textContent ?? ''])"
        )
    )


async def photograph(page: Page, name: str, *, whole: bool = False) -> None:
    """Save a screenshot for people to look at."""
    SCREENSHOTS.mkdir(exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=whole)
