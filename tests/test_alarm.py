"""The alarm learns from marked sentences, the same from the same, and refuses files that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion.labelled import DataError
from companion.types import Risk
from dialogue import alarmtraining
from dialogue.alarm import KINDS, LEVELS, Alarm
from dialogue.alarmtraining import Sentence, read_marked, train
from dialogue.unmasking import unmasked
from weights.store import read

OBJECTS = ("tap", "lamp", "kettle", "ladder", "bucket", "engine", "window", "carpet", "mirror", "candle")


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of marked sentences in which made-up words tell the level and the kind."""
    rows = ["text,level,kind,lang"]
    for thing in OBJECTS:
        rows += [f"the {thing} zorbs now,crisis,{kind},en" for kind in KINDS[:2] for _ in range(2)]
        rows += [f"the {thing} once grumled,concern,{KINDS[2]},en", f"a drooly {thing},watch,,en"]
        rows += [f"i like my {thing},none,,en", f"the {thing} is new,none,,en"]
    (tmp_path / "marked.csv").write_text("\n".join(rows))
    everyday = [Sentence(unmasked(f"we bought a {thing}"), Risk.NONE, "", Risk.NONE, False, 0.4) for thing in OBJECTS]
    monkeypatch.setattr(alarmtraining, "MARKED", tmp_path)
    monkeypatch.setattr(alarmtraining, "_everyday", lambda data, seed: everyday)
    return tmp_path


def test_levels_and_kinds_are_learnt_and_the_same_data_give_the_same_bytes(small: Path) -> None:
    first, second = small / "a.safetensors", small / "b.safetensors"
    figures = train(small, first, 0, lambda share, what: None)
    train(small, second, 0, lambda share, what: None)
    assert first.read_bytes() == second.read_bytes()
    assert figures["together_crisis_recall"] > 0.9
    judge = Alarm(read(first).arrays)
    assert judge.judge("the shelf zorbs now", Risk.NONE)[0] is Risk.CRISIS
    assert judge.judge("i like my shelf", Risk.NONE)[0] is Risk.NONE
    assert judge.judge("the shelf once grumled", Risk.NONE)[1] == KINDS[2]
    assert read(first).facts["levels"] == [level.value for level in LEVELS]


def test_a_rule_that_found_a_crisis_makes_one_likelier(small: Path) -> None:
    train(small, small / "a.safetensors", 0, lambda share, what: None)
    judge = Alarm(read(small / "a.safetensors").arrays)
    order = [LEVELS.index(judge.judge("something else entirely", ruled)[0]) for ruled in (Risk.NONE, Risk.CRISIS)]
    assert order[0] <= order[1]


@pytest.mark.parametrize("content", ["text,level\nhello,none\n", "text,level,kind\nhello,grave,\n"])
def test_a_file_without_marks_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(content)
    with pytest.raises(DataError, match="no marked sentences"):
        read_marked(path)
