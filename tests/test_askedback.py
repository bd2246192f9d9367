"""Who asks what is remembered of them is told it, and nothing else."""

import pytest

from dialogue.askedback import told_back
from dialogue.facts import Fact

FACTS = [
    Fact("worry", "my exam", "I'm worried about my exam", 30.0),
    Fact("person", "sister Laura", "My sister Laura moved out", 20.0),
    Fact("name", "Ana", "My name is Ana", 10.0),
]


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("What's my name?", "Your name is Ana."),
        ("do you remember my name", "Your name is Ana."),
        ("What is my sister's name?", "Your sister is called Laura."),
        ("Do you remember my sister?", "Your sister is called Laura."),
        ("What do you remember about me?", "You were worried about your exam."),
    ],
)
def test_what_was_told_is_told_back(text: str, held: str) -> None:
    assert held in told_back(text, FACTS)
    assert len(told_back(text, FACTS).split()) <= 35


def test_what_was_never_told_is_not_made_up() -> None:
    assert "haven't told me" in told_back("what is my name?", [])
    assert "brother" in told_back("do you remember my brother?", FACTS)
    assert "Laura" not in told_back("do you remember my brother?", FACTS)
    assert "Nothing from before" in told_back("what do you know about me?", [])


@pytest.mark.parametrize(
    "text", ["my name is Ana", "I can't remember my dream", "my sister called", "remember to breathe"]
)
def test_other_words_ask_nothing(text: str) -> None:
    assert told_back(text, FACTS) == ""
