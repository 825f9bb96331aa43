from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

import httpx
import pytest

from lib import manifest
from scripts.local import functions

if TYPE_CHECKING:
    from pathlib import Path

    from scripts.local.functions import Serving

SERVED = ("openapi", "docs")


@pytest.mark.parametrize("name", SERVED)
def test_is_served_by_every_process_and_sent_once(log: Path, name: str) -> None:
    path = manifest.read()[name].path
    with functions.serving({}, log, "health") as alone:
        first = httpx.get(f"{alone.url}{path}")
        again = httpx.get(f"{alone.url}{path}", headers={"If-None-Match": first.headers["etag"]})
        other = httpx.get(f"{alone.url}{path}", headers={"If-None-Match": '"another"'})
    assert (first.status_code, again.status_code, other.status_code) == (200, 304, 200)
    assert (again.content, other.content) == (b"", first.content)


def test_the_page_needs_no_other_host_and_runs_nothing(serving: Serving) -> None:
    page = httpx.get(f"{serving.url}/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    style = page.text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = page.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", f"style-src 'sha256-{digest}'"} <= set(policy)
    assert "<script" not in page.text
    assert "://" not in page.text.replace("https://clerk.example.com", "").replace("^https?://", "")
    for function in manifest.read().values():
        assert not function.path or f'id="{function.name}"' in page.text
