"""The commands of whole conversations, with the real engines: `eval conversations`, `expand`, `replay-text`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from companion.cli import app

CARD = "Age: 30\nGender: Female\nOccupation: Cook\nProblem: Her husband left her. She feels lost."


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    path = tmp_path / "cards.json"
    path.write_text(json.dumps([{"base": CARD, "id": 1}, {"base": CARD, "id": 2}]), encoding="utf-8")
    return path


def test_cards_are_played_and_reported(cards: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    result = run("eval", "conversations", "--cards", cards, "--turns", "2", "--json", "--report", page)
    found = json.loads(result.stdout)
    assert (found["n"], found["turns"], found["seeker"], found["judge"]) == (2, 4, "scripted", None)
    assert -1 <= found["measures"]["valence"]["slope"] <= 1
    assert "My husband left me." in page.read_text(encoding="utf-8")
    assert json.loads(run("eval", "conversations", "--cards", cards, "--turns", "2", "--json").stdout) == found
    assert json.loads(run("eval", "conversations", "--cards", cards, "--limit", "1", "--json").stdout)["n"] == 1


def test_bad_input_is_told_in_one_line(cards: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("  \n")
    config = tmp_path / "companion.toml"
    config.write_text('[language_server]\nbase_url = "http://127.0.0.1:9/v1"\n')
    for arguments, message in (
        (("eval", "conversations", "--cards", tmp_path / "none"), "no file at"),
        (("eval", "conversations", "--cards", empty), "line"),
        (("eval", "conversations", "--cards", cards, "--turns", "0"), "--turns must be"),
        (("eval", "conversations", "--cards", cards, "--model", "opena"), "did you mean 'openai'"),
        (("eval", "conversations", "--cards", cards, "--judge", "nobody"), "unknown language engine"),
        (("eval", "conversations", "--cards", cards, "--judge", "scripted"), "cannot judge"),
        (("eval", "conversations", "--cards", cards, "--model", "openai:x", "--config", config), "cannot be reached"),
        (("eval", "conversations", "--cards", cards, "--report", tmp_path / "no" / "x.html"), "cannot be written"),
        (("expand", empty), "holds no words"),
        (("expand", tmp_path / "none"), "no file at"),
        (("replay-text", empty), "is empty"),
        (("replay-text", cards), "needs a list 'dialog'"),
    ):
        result = run(*arguments)
        assert result.exit_code == 2, arguments
        assert message in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1


def test_a_post_grows_and_the_dialogue_can_be_replayed(tmp_path: Path) -> None:
    post, grown = tmp_path / "post.txt", tmp_path / "grown.jsonl"
    post.write_text("I lost my job last week. I feel so sad about it.")
    assert "written_by" in run("expand", post, "--turns", "2", "--out", grown, "--json").stdout
    answered = json.loads(run("replay-text", grown, "--json").stdout)
    assert (answered["dialogue"], answered["of"], len(answered["turns"])) == (1, 1, 2)
    assert answered["turns"][0]["agrees"] is True
    assert answered["turns"][0]["companion"]["plan"]["reason"]
    assert run("replay-text", grown, "--dialogue", "2").exit_code == 2
