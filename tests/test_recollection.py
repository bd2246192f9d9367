"""What is told of somebody, and to them when they come back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dialogue.memory import Memory
from dialogue.recollection import opener, remembered
from tests.test_memory import DAY, NOW, hear


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    kept = Memory(tmp_path / "memory", "Ana")
    yield kept
    kept.close()


def test_the_summary_tells_who_what_troubled_them_and_what_helped(memory: Memory) -> None:
    hear(memory, "I'm Ana.", "my sister Laura is ill", "I'm worried about my exam", "walking helps me")
    memory.close_session(NOW + 60)
    hear(memory, "I lost my job", at=NOW + 5 * DAY)
    summary = memory.close_session(NOW + 5 * DAY + 60)
    for words in ("Their name is Ana.", "sister", "worried about their exam", "They lost their job", "walking"):
        assert words in summary
    assert [session.turns for session in memory.sessions()] == [4, 1]
    assert summary == memory.summary()
    assert len(summary.split()) < 80


def test_lines_for_a_prompt_say_when_it_was_told(memory: Memory) -> None:
    hear(memory, "my sister Laura is ill", "I love hiking", at=NOW - 3.1 * DAY)
    lines = remembered(memory.facts(), NOW)
    assert "Their sister Laura is ill (said 3 days ago)." in lines
    assert "They like hiking." in lines


def test_the_first_words_to_somebody_who_comes_back(memory: Memory) -> None:
    assert opener(memory, NOW) == ""
    hear(memory, "I'm Ana.", "I love hiking", at=NOW - 3 * DAY)
    assert opener(memory, NOW).startswith("Hello Ana.")
    assert "hiking" not in opener(memory, NOW)
    hear(memory, "I'm worried about my exam", at=NOW - 2 * DAY)
    said = opener(memory, NOW)
    assert said.startswith("Hello Ana. Last time you told me you were worried about your exam. How did it go")
    assert "want to" in said
    assert "exam" not in opener(memory, NOW + 90 * DAY)


@pytest.mark.parametrize(
    "told",
    [
        "My mother died last week", "My dog Rex died", "I lost my husband in March", "My mother has cancer",
        "I'm scared of dying", "I'm worried about my weight", "my husband was killed", "My son is in a coma",
        "I'm worried about my drinking", "I had a miscarriage last week", "my boyfriend cheated on me",
    ],
)  # fmt: skip
def test_the_first_words_name_nothing_too_tender(memory: Memory, told: str) -> None:
    hear(memory, "I'm Ana.", told, at=NOW - DAY)
    assert len(memory.facts()) >= 2, "it is remembered"
    said = opener(memory, NOW)
    assert said.startswith("Hello Ana. I'm glad you're here again.")
    named = {
        "die",
        "died",
        "lost",
        "mother",
        "cancer",
        "weight",
        "killed",
        "coma",
        "drinking",
        "miscarriage",
        "cheated",
    }
    assert not named & set(said.lower().replace(".", "").split())


def test_hard_words_about_oneself_are_not_said_back(memory: Memory) -> None:
    hear(memory, "I'm Ana.", "I'm worried that I'm a bad mother", "I'm worried about being a failure", at=NOW - DAY)
    said = opener(memory, NOW)
    assert "failure" not in said
    assert "bad" not in said


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("I lost my job last week", "that you lost your job. How is that now"),
        ("I have an exam on Friday", "that you have an exam. How did it go, or is it still ahead?"),
        ("My sister Laura is ill", "that your sister Laura is ill. How is that now"),
        ("I was laid off on Tuesday", "that you were laid off. How"),
        ("I'm worried about my rent", "you were worried about your rent. How is that now"),
    ],
)
def test_what_is_said_back_is_right_later_too(memory: Memory, told: str, said: str) -> None:
    hear(memory, told, at=NOW - 10 * DAY)
    assert f"you told me {said}" in opener(memory, NOW)


def test_a_worry_of_an_earlier_session_is_not_called_the_last(memory: Memory) -> None:
    hear(memory, "I'm worried about my rent", at=NOW - 10 * DAY)
    memory.close_session(NOW - 10 * DAY)
    hear(memory, "I love hiking", at=NOW - DAY)
    assert "A while ago you told me you were worried about your rent." in opener(memory, NOW)
