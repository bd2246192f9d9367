"""Text of any kind becomes phrases that can be said, and no written word is lost."""

from __future__ import annotations

import pytest

from voice.script import script
from voice.speakable import COMMA_SEC, LONGEST_PHRASE, SENTENCE_SEC, phrases, words
from voice.spoken import digits, is_number, spoken


def said(text: str, language: str = "en") -> str:
    return " ".join(word.spoken for word in words(text, language) if word.spoken)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("**GREAT** news, *really*!", "great news, really!"),
        ("See https://www.example.org/a?b=c.", "See example dot org."),
        ("Write to help@example.org", "Write to help at example dot org"),
        ("50% of 3 & 4", "50 percent of 3 and 4"),
        ("It costs $5.", "It costs 5 dollars."),
        ("3-5 days, 24/7, and/or ½", "3 to 5 days, 24 7, and or one half"),
        ("WHY WOULD YOU SAY THAT", "why would you say that"),
        ("NASA and the USA", "NASA and the USA"),
        ("That is sooooo good :) <3 😀", "That is soo good"),
        ("e.g. this", "for example this"),
    ],
)
def test_markup_links_symbols_and_shouting_become_speakable(written: str, expected: str) -> None:
    assert said(written) == expected


def test_symbols_follow_the_language() -> None:
    assert said("50 % y 3 & 4", "es") == "50 por ciento y 3 y 4"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Call or text 988.", "Call or text 9 8 8."),
        ("Samaritans, on 116 123.", "Samaritans, on 1 1 6 1 2 3."),
        ("call or text 1737", "call or text 1 7 3 7"),
        ("the 3114 line", "the 3 1 1 4 line"),
        ("the 024 line", "the 0 2 4 line"),
        ("Text HOME to 741741", "Text HOME to 7 4 1 7 4 1"),
        ("1-800-273-8255", "1, 8 0 0, 2 7 3, 8 2 5 5"),
        ("I was born in 1984, with 12 cousins.", "I was born in 1984, with 12 cousins."),
    ],
)
def test_telephone_numbers_are_said_digit_by_digit_and_other_numbers_are_not(written: str, expected: str) -> None:
    assert said(written) == expected


def test_phrases_end_where_a_speaker_would_pause_and_sentences_pause_longest() -> None:
    found = list(phrases("Well, I see. Dr. Smith said 1,234.5 is fine; is it? Yes"))
    assert [phrase.text for phrase in found] == ["Well,", "I see.", "Dr. Smith said 1,234.5 is fine;", "is it?", "Yes"]
    assert found[0].rest == COMMA_SEC < found[2].rest < found[1].rest == SENTENCE_SEC


def test_a_long_run_without_punctuation_is_cut_before_a_joining_word_with_the_tune_up() -> None:
    found = list(phrases("we walked along the river for a long time " * 2 + "and then we sat down " * 20))
    assert all(len(phrase.text) <= LONGEST_PHRASE + 1 for phrase in found)
    assert found[1].words[0].written == "and"
    assert found[0].text.endswith(",")


@pytest.mark.parametrize(
    "text", ["Hello! 😀", "😀 Hello, 🎉 you 🎉", "wait — what -- is it", "*** yes ***", "one\n\ntwo, three", "Да, yes"]
)
def test_no_written_word_is_lost_or_moved(text: str) -> None:
    assert [word.written for phrase in phrases(text) for word in phrase.words] == text.split()


@pytest.mark.parametrize("text", ["", "   ", "😀 🎉", "***", "\n\n", "—", ":)", "<3", "..."])
def test_text_without_words_has_no_phrases(text: str) -> None:
    assert list(phrases(text)) == []


def test_other_scripts_ask_for_their_language() -> None:
    assert [(p.text, p.language) for p in phrases("We say Привет, мир here.")] == [
        ("We say,", None),
        ("Привет,", "ru"),
        ("мир,", "ru"),
        ("here.", None),
    ]
    assert [script(word) for word in ("naïve", "你好", "こんにちは", "안녕", "שלום", "Łódź", "x²")] == [
        None, "cmn", "ja", "ko", "he", None, None,
    ]  # fmt: skip


def test_nonsense_is_shortened() -> None:
    assert len(spoken("abcdefghij" * 500)) <= 40
    assert spoken("a" * 500) == "aa"
    assert len(spoken("x" + "\u0301" * 50)) <= 3


def test_numbers_are_told_from_words() -> None:
    assert all(is_number(word) for word in ("12", "1-800,", "(0800)"))
    assert not any(is_number(word) for word in ("3rd", "1.5", "x"))
    assert digits("0800-12,") == "0 8 0 0, 1 2,"
