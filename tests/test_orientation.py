"""Day and time for whoever asks; nothing for those who speak of days and times."""

from __future__ import annotations

from datetime import datetime

import pytest

from companion.types import Clause, Plan
from dialogue.orientation import orientation
from dialogue.persona import persona
from dialogue.supporter import Approach
from tests.turns import Says, answered, spoken, turn

NOW = datetime(2026, 11, 3, 15, 5)


@pytest.mark.parametrize(
    "asked",
    [
        "What day is it?",
        "what is the date today",
        "I don't know what day it is",
        "Is it Tuesday?",
        "which month are we in",
    ],
)
def test_the_day_is_told(asked: str) -> None:
    assert "Tuesday, the 3rd of November 2026" in orientation(asked, NOW)


@pytest.mark.parametrize("asked", ["What time is it?", "do you know the time", "Is it morning or evening?"])
def test_the_time_is_told(asked: str) -> None:
    assert orientation(asked, NOW) == "It's 3:05, in the afternoon."


@pytest.mark.parametrize(
    "told",
    [
        "That was the day my son was born",
        "I had a hard time",
        "What time did they come?",
        "I think about him every day",
        "hello",
        "",
    ],
)
def test_who_only_speaks_of_days_is_not_told_the_date(told: str) -> None:
    assert orientation(told, NOW) == ""


def test_only_a_persona_with_the_skill_tells_it_and_then_no_model_is_asked() -> None:
    model = Says("I cannot know.")
    elder = Approach(persona=persona("amara"), now=lambda: NOW)
    items = answered(model, turn("What day is it?"), approach=elder)
    assert spoken(items) == "Today is Tuesday, the 3rd of November 2026."
    assert model.asked == []
    assert "day or time" in next(item for item in items if isinstance(item, Plan)).reason
    assert spoken(answered(model, turn("What day is it?"))) == "I cannot know."


def test_a_recast_comes_first_and_only_where_nothing_weighs() -> None:
    partner = Approach(persona=persona("tomas"))
    items = answered(Says("How was the film?"), turn("Yesterday I go to the cinema"), approach=partner)
    assert [item.text for item in items if isinstance(item, Clause)] == [
        "You could say: Yesterday I went to the cinema.",
        "How was the film?",
    ]
    for heavy in ("Yesterday I go to the funeral because my mother died", "I am agree that I want to kill myself"):
        assert "You could say" not in spoken(answered(Says("I'm so sorry."), turn(heavy), approach=partner))
    assert "You could say" not in spoken(answered(Says("Fine."), turn("Yesterday I go to the cinema")))
