"""A language model that says again what was said: in the talk, or twice in one reply."""

from __future__ import annotations

import pytest

from companion.types import Message
from tests.turns import Says, answered, notices, spoken, turn

TOLD = turn("I lost my job last week and I keep thinking about it", 2)


def after(reply: str) -> list[Message]:
    """A talk in which the companion has just said this."""
    return [Message("user", "I lost my job last week"), Message("assistant", reply)]


@pytest.mark.parametrize(
    "reply",
    [
        "That sounds really tough. What happened next?",
        "That sounds really hard, and I'm glad you told me. What happened then?",
        "I hear you, that sounds hard.",
        "Oh no. I see. That sounds hard",
    ],
)
def test_a_model_that_says_the_same_again_is_replaced_and_it_is_told(reply: str) -> None:
    items = answered(Says(reply), TOLD, after(reply))
    assert not any(part in spoken(items) for part in ("sounds", "What happened"))
    assert len(spoken(items).split()) >= 6
    assert notices(items) == ["The language model said nothing new; the built-in supporter answers instead."]


def test_a_short_question_that_is_left_of_a_repeated_reply_is_no_reply() -> None:
    items = answered(Says("That sounds really tough. And then what?"), TOLD, after("That sounds really tough."))
    assert "And then what?" not in spoken(items)
    assert any("said nothing new" in line for line in notices(items))


def test_a_short_sentence_may_come_again_beside_something_new() -> None:
    history = after("I hear you. What happened then?")
    items = answered(Says("I hear you. ", "Your boss let you down. ", "What happened then?"), TOLD, history)
    assert spoken(items) == "I hear you. Your boss let you down. What happened then?"
    assert notices(items) == []


def test_a_sentence_that_only_begins_like_an_earlier_one_is_spoken_whole() -> None:
    history = after("That sounds really hard, and I'm glad you told me.")
    items = answered(Says("That sounds really hard, ", "even for somebody as patient as you."), TOLD, history)
    assert spoken(items) == "That sounds really hard, even for somebody as patient as you."


def test_of_a_clause_with_several_sentences_only_the_repeated_one_is_left_out() -> None:
    items = answered(
        Says("No. That sounds really hard. ", "I am with you in this."), TOLD, after("That sounds really hard.")
    )
    assert spoken(items) == "No. I am with you in this."
    items = answered(Says("I see. I see. I am with you in this. ", "Oh. I am with you in this."), TOLD)
    assert spoken(items) == "I see. I am with you in this. Oh."


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("I hear you, that sounds hard. ", ["The language model began to repeat itself and was stopped."]),
        ("I hear you. ", []),
    ],
)
def test_a_sentence_is_never_spoken_twice_in_one_reply(sentence: str, told: list[str]) -> None:
    items = answered(Says(*[sentence] * 5), TOLD)
    assert spoken(items) == sentence.strip()
    assert notices(items) == told
