from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.tab import begin, browsed, photograph, reached

if TYPE_CHECKING:
    from tests.browser.site import Site
    from tests.browser.stepped_model import SteppedModel

pytestmark = pytest.mark.full

SCREEN = {"width": 360, "height": 740}
PHONE = {"viewport": SCREEN, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
FINGER = 44
"""The pixels that a fingertip needs."""


def test_a_debate_is_cancelled(slow: tuple[Site, SteppedModel], built: str) -> None:
    site, model = slow

    async def story() -> str:
        async with browsed(built, site.url) as page:
            await begin(page)
            model.allow(2)
            await expect(page.locator("#turn-1 .said")).to_contain_text("Point 2 of turn 1")
            await page.get_by_role("button", name="Cancel the debate").click()
            await reached(page, "Cancelled")
            await expect(page.get_by_role("button", name="Cancel the debate")).to_have_count(0)
            await photograph(page, "cancelled", whole=True)
            return page.url

    assert site.log(asyncio.run(story()))[-1]["type"] == "debate.cancelled"


def test_the_agents_hear_a_remark(slow: tuple[Site, SteppedModel], built: str) -> None:
    site, model = slow
    remark = "What of small caps?"

    async def story() -> None:
        async with browsed(built, site.url) as page:
            await begin(page)
            model.allow(1)
            await expect(page.locator("#turn-1 .said")).to_contain_text("Point 1 of turn 1")
            await page.get_by_label("Say something").fill(remark)
            await page.get_by_role("button", name="Send").click()
            told = page.get_by_role("listitem").filter(has_text=remark)
            await expect(told).to_contain_text("waits for the next turn")
            await photograph(page, "remark-waits", whole=True)
            model.allow_all()
            await expect(told).to_contain_text("heard")
            await reached(page, "Completed")

    asyncio.run(story())
    assert remark not in model.prompts[0]
    assert any(remark in prompt for prompt in model.prompts)


def test_all_of_it_fits_a_phone(site: Site, built: str) -> None:
    async def story() -> None:
        async with browsed(built, site.url, **PHONE) as page:
            for button in await page.get_by_role("button").all():
                box = await button.bounding_box()
                assert box is not None
                assert box["height"] >= FINGER
            await begin(page)
            await reached(page, "Completed")
            await expect(page.get_by_role("img", name="Confidence")).to_be_visible()
            await photograph(page, "phone", whole=True)
            assert await page.evaluate("document.documentElement.scrollWidth") == SCREEN["width"]

    asyncio.run(story())
