"""The built-in measures of a reply: empathy in three parts, what it asks and suggests, whether it is well formed."""

from __future__ import annotations

import pytest

from dialogue.empathy import affirms, asks_for, empathy, suggests, taken_up
from dialogue.fluency import faults, fluency

TOLD = ["My sister lied to me about the money and I feel so sad."]


@pytest.mark.parametrize(
    ("reply", "scores"),
    [
        ("Okay.", (0, 0, 0)),
        ("I'm here with you.", (1, 0, 0)),
        ("I'm so sorry that this makes you sad.", (2, 1, 0)),
        ("I hear you.", (0, 1, 0)),
        ("Your sister lied about the money.", (0, 2, 0)),
        ("What happened?", (0, 0, 1)),
        ("What did your sister say then?", (0, 0, 2)),
        ("It sounds as if you are sad.", (0, 2, 0)),
    ],
)
def test_each_part_has_three_levels(reply: str, scores: tuple[int, int, int]) -> None:
    found = empathy(reply, TOLD)
    assert (found.reaction, found.interpretation, found.exploration) == scores


def test_a_feeling_they_do_not_have_counts_as_no_understanding() -> None:
    right = empathy("It sounds as if you are furious.", ["I'm furious with him."])
    wrong = empathy("It sounds as if you are lonely.", ["I'm furious with him."])
    assert right.interpretation == 2
    assert wrong.interpretation < 2


def test_their_own_words_are_found_whatever_their_endings() -> None:
    assert taken_up("The lying about money.", TOLD) == {"money"}
    assert taken_up("You have it all.", TOLD) == frozenset()


def test_suggestions_are_told_from_offers_and_reassurance() -> None:
    assert suggests("You could write her a letter.")
    assert not suggests("Would you like an idea?")
    assert not suggests("That sounds hard.")
    assert affirms("It took courage to say that.")
    assert not affirms("What happened?")


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("I see.", ""),
        ("Are you thinking of ending your life?", "safety"),
        ("Would you like an idea, or shall I just listen?", "offer"),
        ("How long has it been like this?", "since"),
        ("What's underneath that, do you think?", "tell"),
        ("Where would you like to begin?", "tell"),
        ("What's been the hardest part of it?", "hard"),
    ],
)
def test_what_a_question_asks_for(reply: str, kind: str) -> None:
    assert asks_for(reply) == kind


def test_broken_sentences_are_noticed_and_whole_ones_are_not() -> None:
    assert fluency("That sounds hard. What happened then?") == 1.0
    assert fluency("What weighs on you is that nobody asks you.") == 1.0
    assert fluency("You was there. That is all right.") == 0.5
    assert fluency("") == 0.0
    assert faults("So {person} left") == ("no mark at its end", "an open slot")
    assert faults("It is is late.") == ("a word twice",)
    assert "too long to follow" in faults("and ".join(["We go on"] * 12) + ".")
