from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lib.contract.debate import DebateRequest
from lib.contract.problems import ContentNotFinancial
from lib.debates import relevance
from scripts.local.evaluation import cases
from tests.support.stream import bearer, request

if TYPE_CHECKING:
    import httpx

TEXTS: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("relevance_texts.toml").read_text("utf-8"))
TAKEN, REFUSED = TEXTS["taken"], TEXTS["refused"]
CAT = REFUSED["cat"]


def _asked(text: str, title: str = "For you", **fields: Any) -> dict[str, Any]:
    body = request(text, **fields)
    body["content"]["title"] = title
    return body


def _refused(text: str, title: str = "For you", **fields: Any) -> bool:
    try:
        relevance.check(DebateRequest.model_validate(_asked(text, title, **fields)))
    except ContentNotFinancial:
        return True
    return False


@pytest.mark.parametrize("name", TAKEN)
def test_takes_whatever_may_be_financial_in_any_language(name: str) -> None:
    assert not _refused(TAKEN[name])


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_what_is_plainly_not(name: str) -> None:
    assert _refused(REFUSED[name])


def test_what_may_be_financial_is_enough_anywhere() -> None:
    assert _refused(CAT)
    assert not _refused(CAT, title="Bonds, stocks and bills")
    assert not _refused(CAT, question="What does this mean for stocks?")
    assert not _refused(f"{CAT * 100} Inflation is falling.")


@pytest.mark.parametrize("case", cases.read([]), ids=lambda case: case.name)
def test_agrees_with_the_articles_of_the_evaluation(case: cases.Case) -> None:
    assert _refused(case.text, case.title) == case.force


def test_an_insisting_user_has_anything_debated(http: httpx.Client, user: str) -> None:
    answer = http.post("/debate-start", json=_asked(CAT), headers=bearer(user))
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:problem:content-not-financial")
    assert "force" in answer.json()["detail"]
    forced = http.post("/debate-start", json=_asked(CAT, force=True), headers=bearer(user))
    assert forced.status_code == 201
