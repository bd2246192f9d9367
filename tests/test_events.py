"""Events that tell how somebody feels without a word of feeling."""

from __future__ import annotations

import pytest

from dialogue.events import events
from dialogue.words_reader import WordsReader


@pytest.fixture(scope="module")
def reader() -> WordsReader:
    return WordsReader()


@pytest.mark.parametrize(
    ("text", "name", "theme"),
    [
        ("My boyfriend left me", "separation", "loss"),
        ("my dad died last week", "bereavement", "loss"),
        ("so yeah i got fired today", "loss of work", "loss"),
        ("People laugh at me.", "mistreatment", "offence"),
        ("nobody talks to me at work", "rejection", "loss"),
        ("I have no one to talk to", "being alone", "loss"),
        ("I'm getting married!", "good news", "progress"),
        ("they were so kind", "kindness", "relief"),
        ("my mother has cancer", "illness", "threat"),
        ("I feel like a failure", "failure", "failing"),
    ],
)
def test_an_event_is_told_by_its_words(text: str, name: str, theme: str) -> None:
    assert [(event.name, event.theme) for event in events(text)] == [(name, theme)]


@pytest.mark.parametrize(
    "text",
    [
        "my boyfriend never left me",
        "I almost lost my job",
        "if my dad died I would cry",
        "in the movie my dad died",
        "I went to the shop and bought milk",
        "she left me a message",
        "today was okay",
        "",
        "😀😀",
        "мой отец умер",
    ],
)
def test_what_did_not_happen_is_no_event(text: str) -> None:
    assert events(text) == ()


def test_what_is_feared_is_fear_not_loss() -> None:
    (event,) = events("I'm scared that my boyfriend left me")
    assert event.feared
    assert max(event.feels, key=lambda name: event.feels[name]) == "fear"


def test_the_words_are_quoted_as_they_were_spelt() -> None:
    assert events("well I'm getting married soon")[0].phrase == "i'm getting married"


def test_two_events_of_one_text_share_no_words() -> None:
    found = events("my dad died and then my boyfriend left me and they left me out")
    assert [event.name for event in found] == ["bereavement", "separation", "rejection"]


@pytest.mark.parametrize(
    ("text", "feelings"),
    [
        ("my boyfriend left me", {"sad"}),
        ("i got fired today", {"sad", "fear"}),
        ("everything is falling apart", {"sad", "fear"}),
        ("people laugh at me", {"sad", "angry"}),
        ("my mother has cancer", {"sad", "fear"}),
        ("we are having a baby", {"happy"}),
    ],
)
def test_the_reader_feels_what_is_told_without_a_word_of_feeling(
    reader: WordsReader, text: str, feelings: set[str]
) -> None:
    reading = reader.read(text)
    assert reading.affect.dominant in feelings
    assert reading.affect.confidence > 0.35
    assert (reading.affect.valence > 0) == (feelings == {"happy"})


def test_a_page_of_text_is_read_in_time_that_grows_with_it() -> None:
    assert events("word " * 4000 + "my dad died") != ()


def test_half_a_character_stops_no_reading(reader: WordsReader) -> None:
    assert reader.read("I feel awful \ud83d today").affect.dominant == "sad"
