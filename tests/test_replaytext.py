"""Saved dialogues answered turn by turn, and posts grown into dialogues."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from companion.labelled import DataError
from dialogue.cards import Card
from dialogue.esconv import read_esconv
from dialogue.expansion import expand
from dialogue.feeling import LexiconReader
from dialogue.replaytext import Line, answer, read_saved
from dialogue.scripted import Scripted
from dialogue.supporter import Supporter

READER = LexiconReader()


def supporter() -> Supporter:
    scripted = Scripted()
    return Supporter(scripted, scripted, READER)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


ESCONV = {
    "dialog": [
        {"text": "Hi .", "speaker": "sys", "strategy": "Question"},
        {"text": "I lost my job .", "speaker": "usr"},
        {"text": "I am sad .", "speaker": "usr"},
        {"text": "What happened ?", "speaker": "sys", "strategy": "Question"},
    ]
}


def test_esconv_text_and_released_files_are_read_alike(tmp_path: Path) -> None:
    whole = read_saved(written(tmp_path / "a.json", json.dumps(ESCONV)))
    lines = read_saved(written(tmp_path / "a.jsonl", json.dumps(ESCONV) + "\n" + json.dumps(ESCONV) + "\n"))
    assert len(lines) == 2
    assert lines[0] == whole[0]
    assert whole[0][1] == Line(True, "I lost my job . I am sad .")
    assert whole[0][2] == Line(False, "What happened ?", "Question")
    text = read_saved(written(tmp_path / "a.txt", "user: I lost my job.\nI am sad.\nsupporter: What happened?\n"))
    assert text == ((Line(True, "I lost my job. I am sad."), Line(False, "What happened?")),)
    released = {"dialog": [{"speaker": "speaker", "content": "hey\n", "annotation": {}},
                           {"speaker": "listener", "content": "hi", "annotation": {"strategy": "Other"}}]}  # fmt: skip
    assert read_saved(written(tmp_path / "b.json", json.dumps([released]))) == (
        (Line(True, "hey"), Line(False, "hi", "Other")),
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("{", "line 1"),
        ('{"dialog": []}', "needs a list"),
        ('{"dialog": [1]}', "turn 1: not a turn"),
        ('{"dialog": [{"speaker": "cat", "text": "miau"}]}', "neither a user nor a supporter"),
        ('{"dialog": [{"speaker": "usr", "text": 3}]}', "the text is no text"),
        ('{"dialog": [{"speaker": "sys", "text": "hi"}]}', "no line of the person"),
        ("once upon a time", "line 1: it must begin with"),
        ('{"dialog": [{"speaker": "usr", "text": "x"}]}\n{', "line 2"),
    ],
)
def test_files_that_hold_no_dialogue_are_told_in_one_line(content: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message) as told:
        read_saved(written(tmp_path / "x", content))
    assert "\n" not in str(told.value)
    with pytest.raises(DataError, match="no file"):
        read_saved(tmp_path / "none")


def test_each_turn_is_answered_after_what_was_really_heard() -> None:
    lines = (Line(True, "I lost my job and I feel awful."), Line(False, "What happened?", "Question"),
             Line(True, "I want to kill myself."), Line(False, "Oh.", "Others"), Line(True, "Bye."))  # fmt: skip
    found = asyncio.run(answer(lines, supporter(), READER))
    assert [each.human for each in found] == ["What happened?", "Oh.", ""]
    assert found[0].agrees in {True, False}
    assert found[2].agrees is None
    told = found[1].as_dict()
    assert told["companion"]["plan"]["risk"] == "crisis"
    assert told["human"] == {"text": "Oh.", "strategy": "Others"}
    assert "companion:" in str(found[0])


def test_a_post_becomes_a_dialogue_that_the_reader_of_esconv_takes(tmp_path: Path) -> None:
    card = Card.of_post("post.txt", "I lost my job last week. My wife is worried. I feel so sad about all of it.")
    grown = asyncio.run(expand(card, supporter(), READER, turns=4, engine="scripted")).as_dict()
    path = written(tmp_path / "grown.jsonl", json.dumps(grown))
    (dialogue,) = read_esconv(path)
    assert [line.own for line in dialogue] == [True, False] * 4
    assert all(line.label for line in dialogue if not line.own)
    assert grown["situation"].startswith("I lost my job")
    assert grown["dialog"][0]["written_by"] == "post"
    assert {line["written_by"] for line in grown["dialog"]} == {"post", "scripted seeker", "companion (scripted)"}
    again = asyncio.run(expand(card, supporter(), READER, turns=4, engine="scripted")).as_dict()
    assert again == grown
    with pytest.raises(ValueError, match="at least one turn"):
        asyncio.run(expand(card, supporter(), READER, turns=0))
