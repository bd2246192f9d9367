"""Day and time for whoever asks; nothing for those who speak of days and times."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

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
        "What day is it, I keep forgetting",
        "Could you tell me the date please?",
        "Sorry, what year is it now?",
        "I'm all mixed up about the days",
        "Is it May?",
    ],
)
def test_the_day_is_told(asked: str) -> None:
    assert "Tuesday, the 3rd of November 2026" in orientation(asked, NOW)


@pytest.mark.parametrize("asked", ["What time is it?", "do you know the time", "Is it morning or evening?"])
def test_the_time_is_told(asked: str) -> None:
    assert orientation(asked, NOW) == "It's 3:05, in the afternoon."


@pytest.mark.parametrize(
    ("asked", "month", "said"),
    [
        ("What season is it?", 11, "autumn in the north of the world and spring in the south"),
        ("Is it winter now?", 1, "winter in the north of the world and summer in the south"),
        ("What time of year is it?", 6, "summer in the north of the world and winter in the south"),
        ("What month is it?", 5, "It's May. "),
        ("What year is it?", 5, "It's 2026. "),
    ],
)
def test_month_season_and_year_are_told(asked: str, month: int, said: str) -> None:
    assert said in orientation(asked, NOW.replace(month=month))


@pytest.mark.parametrize(
    ("hour", "said"), [(0, "12:05, at night"), (4, "early in"), (12, "12:05, around midday"), (23, "11:05, at night")]
)
def test_the_hour_is_told_with_its_part_of_the_day(hour: int, said: str) -> None:
    assert said in orientation("What time is it?", NOW.replace(hour=hour))


def test_who_is_unsure_is_told_all_and_that_asking_is_welcome() -> None:
    said = orientation("I'm confused what day it is", NOW)
    assert said == (
        "Today is Tuesday, the 3rd of November 2026, and it's 3:05, in the afternoon. "
        "You can ask me as often as you like."
    )


def test_natives_talk_is_no_question_for_the_day(data: Path) -> None:
    posts = (data / "dialogue/goemotions/original/dev.tsv").read_text(encoding="utf-8").split("\n")
    assert sum(bool(orientation(post.partition("\t")[0], NOW)) for post in posts) <= 0.001 * len(posts)


@pytest.mark.parametrize(
    "told",
    [
        "That was the day my son was born",
        "I had a hard time",
        "What time did they come?",
        "I think about him every day",
        "Do you know what day she died?",
        "I don't remember what year we married",
        "I can't remember the time we went dancing",
        "What day is it that they come?",
        "What time is it in Tokyo?",
        "Is it a good time?",
        "Is it too late for me?",
        "Tell me about your day",
        "I know what day it is, thank you",
        "The doctor asked what year it is",
        "I lost track of time and burnt the dinner",
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
