from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lib.documents.markdown import items, line, paragraphs, table

if TYPE_CHECKING:
    from markdown_it.token import Token

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

HOSTILE = [
    "# no heading", "### none", "> no quote", "- no item", "+ none", "* none", "1. none", "12) none", "    no code",
    "```\nno code\n```", "~~~\nno code", "`no code`", "***", "---", "===", "text\n===", "text\n---",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!-- comment", "![image](https://evil.example/x.png)",
    "[link](javascript:alert(1))", "[link](https://evil.example)", "<https://evil.example>", "[a]: https://evil.example",
    "[a][b]", "*strong*", "__strong__", "~~gone~~", "a | b\n--- | ---\nc | d", "&lt;b&gt; &amp; &#42;", "\\*", "\\",
    "ends with a slash\\\nnext", "two spaces  \nnext", "$x$ and $y$", "\t- tab", "first\n\n\n    second",
    "1986. It was.",
]  # fmt: skip


def _text(tokens: list[Token]) -> str:
    """Return the text of inline tokens, which must be nothing but text and ends of lines."""
    assert {token.type for token in tokens} <= {"text", "softbreak", "text_special"}, tokens
    return "".join(" " if token.type == "softbreak" else token.content for token in tokens)


def _words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_is_only_ever_text(text: str) -> None:
    _check_line(text)
    _check_paragraphs(text)


def _check_line(text: str) -> None:
    _, inline, _ = READER.parse(f"x {line(text)}")
    assert _words(_text(inline.children or [])) == _words(f"x {text}")


def _check_paragraphs(text: str) -> None:
    tokens = READER.parse(paragraphs(text))
    assert {token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close"}, tokens
    found = " ".join(_text(token.children or []) for token in tokens if token.type == "inline")
    assert _words(found) == _words(text)


MARKS = st.text(st.sampled_from("ab1 \n\t\\`*_[]<>&~|$#+-=.)(!:\"'{}"), max_size=40)


@settings(deadline=None, max_examples=1_000)
@given(text=MARKS | st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), max_size=40))
def test_no_text_is_anything_else(text: str) -> None:
    _check_line(text)
    _check_paragraphs(text)


def test_empty_lines_part_paragraphs() -> None:
    tokens = READER.parse(paragraphs("one\ntwo\n\n  three\n \n\nfour"))
    assert [token.content for token in tokens if token.type == "inline"] == ["one\ntwo", "three", "four"]


def test_a_table_and_a_list_hold_their_cells() -> None:
    tokens = READER.parse(table(("a", "b"), [("1 | 2", "`"), ("x\ny", "")]) + "\n\n" + items(["one", "two"]))
    cells = [_text(token.children or []) for token in tokens if token.type == "inline"]
    assert cells == ["a", "b", "1 | 2", "`", "x y", "", "one", "two"]
