"""The commands by which a person rules what is remembered of them."""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from companion.cli import app
from dialogue.facts import Heard
from dialogue.memory import Memory
from dialogue.memoryfile import file_of


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The default folder, with a memory of Ana in it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    memory = Memory(tmp_path / "empathic-companion" / "memory", "Ana")
    for text in ("I'm Ana.", "I'm worried about my xylophone", "I love hiking"):
        memory.hear(Heard(text, 1_800_000_000.0))
    memory.close()
    return memory.path.parent


def run(*arguments: str | Path, answer: str | None = None) -> Result:
    return CliRunner().invoke(app, ["memory", *(str(argument) for argument in arguments)], input=answer)


def test_names_are_listed(folder: Path) -> None:
    assert run("list").stdout == "Ana\n"
    assert json.loads(run("list", "--json").stdout) == ["Ana"]
    assert "nobody" not in run("list", "--folder", folder / "none").stdout
    assert json.loads(run("list", "--json", "--folder", folder / "none").stdout) == []


def test_everything_is_shown_with_its_number_and_its_sentence(folder: Path) -> None:
    shown = run("show", "ana").stdout
    assert "2  worry     my xylophone" in shown
    assert '"I\'m worried about my xylophone"' in shown
    assert "Their name is Ana." in shown
    assert [fact["id"] for fact in json.loads(run("show", "Ana", "--json").stdout)["facts"]] == [1, 2, 3]


def test_a_fact_is_corrected(folder: Path) -> None:
    assert "my viola" in run("correct", "Ana", "2", "my viola").stdout
    assert "xylophone" not in run("show", "Ana").stdout
    assert json.loads(run("correct", "Ana", "2", "my cello", "--json").stdout)["text"] == "my cello"


def test_a_fact_is_deleted(folder: Path) -> None:
    assert run("delete", "Ana", "2").exit_code == 0
    assert b"xylophone" not in b"".join(path.read_bytes() for path in folder.iterdir())
    assert "hiking" in run("show", "Ana").stdout


def test_what_still_holds_the_same_words_is_told(folder: Path) -> None:
    memory = Memory(folder, "Ana")
    memory.hear(Heard("My sister Laura is ill", 1_800_000_000.0))
    memory.close()
    person, event = (fact for fact in json.loads(run("show", "Ana", "--json").stdout)["facts"][-2:])
    told = run("delete", "Ana", str(person["id"])).stdout.splitlines()
    assert told[1].startswith("The same words still stand in")
    assert "My sister Laura is ill" in told[2]
    assert "still" not in run("correct", "Ana", str(event["id"]), "my sister is well").stdout
    assert b"Laura" not in b"".join(path.read_bytes() for path in folder.iterdir())


def test_an_export_is_whole_and_private(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "ana.json"
    out.write_text("old")
    out.chmod(0o644)
    assert run("export", "Ana", "--out", out).exit_code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert json.loads(out.read_text(encoding="utf-8")) == json.loads(run("export", "Ana").stdout)


def test_forgetting_asks_first_and_then_leaves_nothing(folder: Path) -> None:
    assert "Nothing was changed" in run("forget", "Ana", answer="n\n").stdout
    assert run("show", "Ana").exit_code == 0
    assert run("forget", "Ana", "--yes").exit_code == 0
    assert list(folder.iterdir()) == []


def test_a_memory_that_is_only_damaged_is_forgotten_too(folder: Path) -> None:
    file_of(folder, "Ana").write_bytes(b"xylophone" * 500)
    assert "kept as" in run("show", "Ana").stderr
    assert run("forget", "Ana", "--yes").exit_code == 0
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "Anna"], "did you mean 'Ana'"),
        (["forget", "Nobody here", "--yes"], "nothing is remembered of 'Nobody here'"),
        (["delete", "Ana", "99"], "no fact of Ana has the number 99"),
        (["correct", "Ana", "1", " "], "needs some words"),
        (["show", " "], "needs the name"),
        (["export", "Ana", "--out", "/nowhere/at/all.json"], "cannot be written"),
        (["show", "Ana", "--folder", "/nowhere"], "nor of anybody"),
    ],
)
def test_what_goes_wrong_is_told_in_one_line(folder: Path, arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_locked_memory_is_told_in_one_line(folder: Path) -> None:
    with closing(sqlite3.connect(file_of(folder, "Ana"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        result = run("delete", "Ana", "2")
        other.execute("ROLLBACK")
    assert result.exit_code == 2
    assert "in use by another program" in result.stderr
    assert "xylophone" in run("show", "Ana").stdout


def test_looking_for_somebody_unknown_makes_no_file(folder: Path) -> None:
    before = sorted(folder.iterdir())
    run("show", "Berta")
    assert sorted(folder.iterdir()) == before
