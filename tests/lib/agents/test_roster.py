from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lib.agents import roster
from lib.process.environment import Misconfigured

if TYPE_CHECKING:
    from pathlib import Path

GOOD = (roster.HERE / "judge.toml").read_text("utf-8")

BAD = {
    "no table": ('name = "Judge', r"judge\.toml: "),
    "a key too many": (f'{GOOD}\ntemper = "mild"', r"judge\.toml: temper is unknown"),
    "a key too few": (GOOD.replace("name =", "# "), r"judge\.toml: name is missing"),
    "another role": (GOOD.replace('role = "judge"', 'role = "debater"'), r"judge\.toml: role must be judge"),
    "an empty name": (GOOD.replace('"Judge"', '" "'), r"name must be text, and not empty"),
    "a name of two lines": (GOOD.replace('"Judge"', '"Ju\\ndge"'), r"name must stand on one line"),
    "a number": (GOOD.replace('name = "Judge"', "name = 7"), r"name must be text"),
    "an endless mandate": (GOOD.replace("Weigh", "Weigh " * 1_000), r"mandate must have at most 4,000"),
    "nothing to cite": (GOOD[: GOOD.index("cites")] + 'cites = []\nnever = ["x"]', r"cites must be a list of text"),
    "an empty line": (GOOD.replace("never = [", 'never = [\n"",'), r"never must be text, and not empty"),
}


@pytest.mark.parametrize(("text", "words"), BAD.values(), ids=BAD)
def test_a_bad_file_stops_the_start_and_names_its_key(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "judge.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(Misconfigured, match=words):
        roster.read(path, "judge")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"nobody\.toml cannot be read"):
        roster.read(tmp_path / "nobody.toml", "judge")


def test_every_agent_says_what_it_cites_and_never_does() -> None:
    for agent in (*roster.DEBATERS, roster.JUDGE):
        assert agent.cites
        assert any("number" in item for item in agent.never)
    assert len({agent.name for agent in (*roster.DEBATERS, roster.JUDGE)}) == 4
