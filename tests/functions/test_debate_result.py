from __future__ import annotations

import base64
import hashlib
import itertools
from collections import Counter
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from markdown_it import MarkdownIt

from scripts.local import functions
from tests.support.stream import bearer, request, start, whole

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

HOSTILE = (
    "# Utilities lead by 3%.\n\n<script>alert(1)</script> Lumber fell 14% in 2026, a *sharp* risk! "
    "![chart](https://evil.example/x.png) may mislead. [Buy now](javascript:alert(1)) because gold rose 5%.\n"
    "1. The curve is flat at 0.2%. <https://evil.example> | says | so. `rm -rf` is a warning of 9% volatility."
)
SIGNAL = {"name": "Lumber|Gold", "state": "risk_off", "as_of": "2026-11-20T21:00:00Z", "value": 0.86}
ASKED = request(HOSTILE, rounds=2, signals=[SIGNAL], question="Is <b>this</b> a *top*?")


@pytest.fixture
def debate(http: httpx.Client, user: str) -> dict[str, Any]:
    """Return a debate that has ended, with its events."""
    debate = start(http, user, ASKED)
    return debate | {"events": whole(http, debate["stream_url"], user)}


def _result(http: httpx.Client, debate: dict[str, Any], user: str, accept: str = "*/*") -> httpx.Response:
    answer = http.get(f"/debate-result/{debate['id']}", headers=bearer(user) | {"Accept": accept})
    assert answer.status_code == 200, answer.text
    return answer


def _said(debate: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    envelope = {"seq", "debate_id", "at"}
    events = [event for event in debate["events"] if event["type"] == kind]
    return [{key: value for key, value in event.items() if key not in envelope} for event in events]


def test_is_what_the_events_add_up_to(http: httpx.Client, user: str, debate: dict[str, Any]) -> None:
    result = _result(http, debate, user).json()
    turns = _said(debate, "turn.completed")
    assert [
        {key: value for key, value in turn.items() if key not in {"seq", "debate_id", "at"}} for turn in result["turns"]
    ] == turns
    assert result["verdict"] == _said(debate, "verdict.completed")[0]["verdict"]
    assert (result["debate"]["id"], result["debate"]["status"]) == (debate["id"], "completed")
    for name in ("input_tokens", "output_tokens"):
        assert result["usage"][name] == sum(turn["usage"][name] for turn in turns)


def test_is_there_before_anybody_has_spoken(own_database: dict[str, str], log: Path, user: str) -> None:
    with (
        functions.serving(own_database, log, "debate-start", "debate-result") as serving,
        httpx.Client(base_url=serving.url) as http,
    ):
        result = _result(http, start(http, user), user).json()
        transcript = _result(http, result["debate"], user, "text/markdown").text
    assert (result["turns"], result["verdict"]) == ([], None)
    assert "There is none." in transcript


def test_is_a_transcript_where_markdown_is_preferred(http: httpx.Client, user: str, debate: dict[str, Any]) -> None:
    answer = _result(http, debate, user, "text/markdown")
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert "accept" in answer.headers.get_list("vary")
    tokens = MarkdownIt("commonmark").enable("table").parse(answer.text)
    inline = [child for token in tokens for child in token.children or []]
    kinds = {token.type for token in (*tokens, *inline)}
    assert not kinds & {"html_block", "html_inline", "image", "fence", "code_block", "code_inline", "blockquote_open"}
    headings = [after.content for before, after in itertools.pairwise(tokens) if before.type == "heading_open"]
    for link in [str(child.attrs["href"]) for child in inline if child.type == "link_open"]:
        assert link.removeprefix("#").replace("turn-", "Turn ") in headings
    assert [heading for heading in headings if heading.startswith("Turn ")] == [f"Turn {turn}" for turn in range(1, 7)]
    assert {"Signals", "Verdict", "Round 1", "Round 2"} <= set(headings)


def test_a_transcript_says_all_that_matters(http: httpx.Client, user: str, debate: dict[str, Any]) -> None:
    text = _result(http, debate, user, "text/markdown").text
    assert text.startswith("# Utilities lead\n")
    for part in ("offline model", "no investment advice", "risk off", "completed", "Financial Analyst", "2 rounds"):
        assert part in text
    rendered = MarkdownIt("commonmark").render(text)
    verdict = _said(debate, "verdict.completed")[0]["verdict"]
    assert f"{verdict['confidence']:.0%}" in rendered


class Page(HTMLParser):
    """Gathers what a page holds."""

    def __init__(self, text: str) -> None:
        """Read the page."""
        super().__init__()
        self.tags = Counter[str]()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.style = ""
        self.words = ""
        self._within = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and its attributes."""
        self._within = tag
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        """Note what is to be read."""
        if self._within == "style":
            self.style += data
        else:
            self.words += data


def test_is_a_page_that_runs_nothing_where_html_is_preferred(
    http: httpx.Client, user: str, debate: dict[str, Any]
) -> None:
    answer = _result(http, debate, user, "text/html,application/xhtml+xml,*/*;q=0.8")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = Page(answer.text)
    digest = base64.b64encode(hashlib.sha256(page.style.strip("\n").encode() + b"\n").digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert "unsafe" not in policy
    assert not page.tags.keys() & {"script", "img", "iframe", "form", "object", "embed", "link", "base", "b"}
    assert not [name for name in page.attributes if name.startswith("on") or name == "style"]
    assert all(link.removeprefix("#") in page.ids for link in page.links)
    assert len(page.ids) == len(set(page.ids))


def test_a_page_says_all_that_matters(http: httpx.Client, user: str, debate: dict[str, Any]) -> None:
    page = Page(_result(http, debate, user, "text/html").text)
    words = " ".join(page.words.split())
    verdict = _said(debate, "verdict.completed")[0]["verdict"]
    for part in ("offline model", "no investment advice", "risk off", "Lumber|Gold", "Is <b>this</b> a *top*?"):
        assert part in words
    for text in (verdict["summary"], *(one["quote"] for one in verdict["evidence"])):
        assert " ".join(text.split()) in words
    for turn in _said(debate, "turn.completed")[:-1]:
        assert " ".join(turn["text"].split()) in words
    assert f"confidence {verdict['confidence'] * 100:.0f} %" in words


STEERS = ("Does <b>lumber</b> *lead*? [Yes](javascript:alert(1))", "Say it in one\n\n# sentence.")


@pytest.fixture
def steered(own_database: dict[str, str], tmp_path: Path, user: str) -> Generator[tuple[httpx.Client, dict[str, Any]]]:
    """Return a debate that nobody runs, with what the user said in it, and who knows of it."""
    names = ("debate-start", "debate-steer", "debate-cancel", "debate-stream", "debate-result")
    with (
        functions.serving(own_database, tmp_path / "edge", *names) as edge,
        httpx.Client(base_url=edge.url) as http,
    ):
        debate = start(http, user)
        for text in STEERS:
            answer = http.post(f"/debate-steer/{debate['id']}", json={"text": text}, headers=bearer(user))
            assert answer.status_code == 202
        yield http, debate


def _steers(http: httpx.Client, debate: dict[str, Any], user: str) -> list[tuple[int, str, int | None]]:
    steers = _result(http, debate, user).json()["steers"]
    return [(steer["steer"], steer["text"], steer["turn"]) for steer in steers]


def test_says_what_the_user_said_and_who_answered_it_first(
    own_database: dict[str, str], log: Path, user: str, steered: tuple[httpx.Client, dict[str, Any]]
) -> None:
    http, debate = steered
    assert _steers(http, debate, user) == [(1, STEERS[0], None), (2, STEERS[1], None)]
    with functions.serving(own_database, log, "debate-run"):
        whole(http, debate["stream_url"], user)
    assert _steers(http, debate, user) == [(1, STEERS[0], 1), (2, STEERS[1], 1)]
    transcript = _result(http, debate, user, "text/markdown").text
    tokens = MarkdownIt("commonmark").parse(transcript)
    headings = [after.content for before, after in itertools.pairwise(tokens) if before.type == "heading_open"]
    assert headings[-6:] == ["Round 1", "Remark 1", "Remark 2", "Turn 1", "Turn 2", "Turn 3"]
    rendered = MarkdownIt("commonmark").render(transcript)
    assert "<b>" not in rendered
    assert "&lt;b&gt;lumber&lt;/b&gt; *lead*?" in rendered
    page = Page(_result(http, debate, user, "text/html").text)
    assert STEERS[0] in page.words
    assert page.words.index("sentence.") < page.words.rindex("turn 1")
    assert not page.tags.keys() & {"b", "em"}


def test_a_steer_that_no_worker_read_is_not_lost(user: str, steered: tuple[httpx.Client, dict[str, Any]]) -> None:
    http, debate = steered
    http.post(f"/debate-cancel/{debate['id']}", headers=bearer(user))
    assert _steers(http, debate, user) == [(1, STEERS[0], None), (2, STEERS[1], None)]
    assert _result(http, debate, user, "text/markdown").text.count("Nobody has answered this.") == 2
    words = Page(_result(http, debate, user, "text/html").text).words
    assert words.count("Nobody has answered this.") == 2
    assert STEERS[0] in words


def test_is_not_shown_to_anybody_else(http: httpx.Client, user: str, debate: dict[str, Any]) -> None:
    answer = http.get(f"/debate-result/{debate['id']}", headers=bearer(user + "0"))
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:problem:not-found")
