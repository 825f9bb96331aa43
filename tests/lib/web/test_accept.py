from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from lib.web.accept import preferred


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("text/markdown", "text/markdown"),
        ("Text/Markdown", "text/markdown"),
        ("text/*", "text/markdown"),
        ("text/markdown;q=0.5, application/json", "application/json"),
        ("text/markdown, application/json;q=0.9", "text/markdown"),
        ("text/markdown, application/json", "application/json"),
        ("*/*;q=0.1, text/markdown;q=0.2", "text/markdown"),
        ("text/html", "application/json"),
        ("text/markdown;q=0, */*", "application/json"),
        ("text/markdown;q=often", "application/json"),
        (",;=,q=", "application/json"),
        ("", "application/json"),
    ],
)
def test_takes_what_the_client_prefers(accept: str | None, expected: str) -> None:
    headers = Headers({} if accept is None else {"accept": accept})
    assert preferred(headers, "application/json", "text/markdown") == expected
