"""Cases: like moments in support dialogues."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from companion.labelled import DataError
from companion.settings import Settings
from companion.types import Message
from dialogue.cases import Cases


@pytest.fixture
def cases(tmp_path: Path) -> Cases:
    told = [
        ("my landlord raised the rent and I cannot pay", "Could you show him your payslips?", "Providing Suggestions"),
        ("my sister and I fought over the wedding", "What was said?", "Question"),
        ("the exam was a disaster", "It sounds as if you feel let down.", "Reflection of feelings"),
    ]
    rows = [
        {"dialog": [{"speaker": "usr", "text": a}, {"speaker": "sys", "text": b, "strategy": c}]} for a, b, c in told
    ]
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return Cases.read(path)


def test_the_nearest_moment_is_found(cases: Cases) -> None:
    assert len(cases) == 3
    assert cases.nearest("I can't pay the rent any more", 1)[0].strategy.startswith("Providing Suggestions")
    assert cases.nearest("my sister and the wedding", 1)[0].answered == "What was said?"


def test_nothing_is_told_where_nothing_fits(cases: Cases) -> None:
    assert cases.nearest("the weather is lovely") == []
    assert cases.told("the weather is lovely", []) == []


def test_the_lines_before_count_too(cases: Cases) -> None:
    before = [Message("user", "my sister called about the wedding"), Message("assistant", "I see.")]
    assert "sister" in cases.told("and then we fought", before)[1]


def test_a_file_of_cases_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    from companion.registry import EngineUnavailableError
    from companion.studio import Studio
    from companion.supporters import supporter

    with pytest.raises(DataError):
        Cases.read(tmp_path / "none.jsonl")
    settings = Settings().changed(prompting={"cases": str(tmp_path / "none.jsonl")})
    with Studio() as studio, pytest.raises(EngineUnavailableError, match="cases"):
        supporter(studio, settings)
