"""The gentle questions about earlier life stay with what the person is telling of."""

from __future__ import annotations

import random

import pytest

from companion.affect import Affect
from companion.types import STRATEGIES, Plan, Stage
from dialogue.compose import compose
from dialogue.persona import THEMES, persona
from dialogue.reminiscence import KEPT_MESSAGES, theme
from dialogue.rules import QUESTION
from dialogue.talk import Talk

ASKING = Plan(
    "happy",
    "",
    Stage.EXPLORATION,
    tuple(float(name == QUESTION) for name in STRATEGIES),
    "asking",
    Affect.of("happy", 0.3),
)


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ("My teacher was strict but I liked the class", "school"),
        ("I worked at the mill for thirty years", "work"),
        ("We sang a lot, and my mother played the piano", "music"),
        ("We had soup and fresh bread on Sundays", "food"),
        ("The house was by the river", "places"),
        ("My sister and my cousin came along", "people"),
        ("Yes, I think so", ""),
    ],
)
def test_theme_of_a_message(said: str, about: str) -> None:
    assert theme([said]) == about
    assert about in ("", *THEMES)


def test_the_newest_theme_counts_and_an_old_one_is_over() -> None:
    assert theme(["I worked at the mill", "We danced on Saturdays"]) == "music"
    assert theme(["We danced on Saturdays", "Yes"]) == "music"
    assert theme(["We danced on Saturdays", *["Yes"] * KEPT_MESSAGES]) == ""


@pytest.mark.parametrize(("said", "about"), [("We danced every Saturday", "music"), ("I baked bread", "food")])
def test_the_question_stays_with_the_theme(said: str, about: str) -> None:
    amara = persona("amara")
    own, others = set(amara.own("reminisce", about)), set(amara.own("reminisce")) - set(amara.own("reminisce", about))
    replies = [compose(Talk.of(said, []), ASKING, random.Random(seed), amara) for seed in range(40)]
    assert any(reply.endswith(tuple(own)) for reply in replies)
    assert not any(reply.endswith(tuple(others)) for reply in replies)


def test_without_a_theme_every_question_may_come() -> None:
    amara = persona("amara")
    replies = [compose(Talk.of("Yes, quite well", []), ASKING, random.Random(seed), amara) for seed in range(60)]
    asked = {name for name in THEMES for line in amara.own("reminisce", name) for reply in replies if line in reply}
    assert len(asked) >= 4
