"""A yes belongs to its question, doubt is never taken for safety, and the crisis path ends where it should."""

import pytest

from companion.types import Message
from dialogue.crisis import crisis
from dialogue.danger import danger
from dialogue.directanswer import direct_answer
from dialogue.talk import Talk

ENDING = "That sounds heavy. Are you thinking of ending your life?"
SAFE = "I'm here with you. Are you safe right now?"
COMPANY = "Is somebody with you right now?"


@pytest.mark.parametrize(
    ("asked", "answer", "meant"),
    [
        (ENDING, "yes", "danger"),
        (ENDING, "Honestly, yes", "danger"),
        (ENDING, "every day", "danger"),
        (ENDING, "I have thought about it", "danger"),
        (ENDING, "I was, earlier today", "danger"),
        (ENDING, "yes but I won't do it", "danger"),
        (ENDING, "I am at home", ""),
        (ENDING, "I am", "danger"),
        (ENDING, "maybe", "unsure"),
        (ENDING, "I don't know", "unsure"),
        (ENDING, "not yet", "unsure"),
        (ENDING, "I'd rather not say", "unsure"),
        (ENDING, "no", "safe"),
        (ENDING, "God no!", "safe"),
        (ENDING, "my exam is tomorrow", ""),
        (SAFE, "yes", "safe"),
        (SAFE, "Yes I am safe now, my mum is here with me", "safe"),
        (SAFE, "no", "danger"),
        (SAFE, "I am not safe", "danger"),
        (SAFE, "I don't know", "unsure"),
        (COMPANY, "no", ""),
    ],
)
def test_an_answer_is_taken_by_its_question(asked: str, answer: str, meant: str) -> None:
    assert direct_answer(asked, answer, "en") == meant


@pytest.mark.parametrize(
    ("answer", "meant"), [("sí", "danger"), ("la verdad sí", "danger"), ("a veces", "unsure"), ("claro que no", "safe")]
)
def test_spanish_answers_are_taken_alike(answer: str, meant: str) -> None:
    assert direct_answer("¿Estás pensando en quitarte la vida?", answer, "es") == meant


def path(*said: tuple[str, str]) -> list[str]:
    """The group of lines for each user's message; the companion says the second of each pair."""
    history: list[Message] = []
    groups = []
    for text, reply in said:
        found = crisis(Talk.of(text, history), danger(text), history)
        groups.append(found.group if found else "")
        history += [Message("user", text), Message("assistant", reply)]
    return groups


def test_a_no_to_the_question_of_safety_is_urgent() -> None:
    assert path(("I want to kill myself", SAFE), ("No", "Stay with me.")) == ["first", "urgent"]


def test_doubt_after_a_concern_opens_the_path() -> None:
    assert path(("I don't see the point any more", ENDING), ("I don't know", SAFE))[-1] == "first"


def test_a_short_answer_to_something_else_is_asked_after_once_more_and_only_once() -> None:
    hopeless = ("I don't see the point any more", ENDING)
    groups = path(hopeless, ("it's just work", ENDING), ("and my boss", "Hm."))
    assert groups == ["concern", "concern", ""]


def test_the_path_ends_when_somebody_is_safe_and_begins_again_with_new_danger() -> None:
    groups = path(
        ("I want to kill myself", SAFE),
        ("Yes, my mum is here with me", "I'm glad."),
        ("I feel better now, I called the line", "That took courage."),
        ("It's maths and I haven't studied", "Maths, then."),
        ("My dog is cute", "Tell me."),
        ("I want to die, I'm going to do it tonight", SAFE),
    )
    assert groups[0] == "first"
    assert groups[3:5] == ["", ""]
    assert groups[5] == "first"
