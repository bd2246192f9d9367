"""Role cards: what a person tells, in their own words; files that cannot be used are told in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from companion.labelled import DataError
from dialogue.cards import LONGEST, Card, read_cards
from dialogue.ownwords import own_words

CARD = "Age: Not mentioned\nGender: Female\nOccupation: Nurse\nProblem: Her husband left her. She feels lost."


def written(path: Path, rows: object) -> Path:
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


def test_a_card_is_told_in_the_first_person_piece_by_piece(tmp_path: Path) -> None:
    deck = read_cards(written(tmp_path / "cards.json", [{"base": CARD, "id": 7}]))
    assert deck.cards == (
        Card(
            "7", "Her husband left her. She feels lost.", ("My husband left me.", "I feel lost."), "", "Female", "Nurse"
        ),
    )


@pytest.mark.parametrize(
    ("report", "gender", "told"),
    [
        ("The seeker's girlfriend left him nine days ago.", "male", ("My girlfriend left me nine days ago.",)),
        ("They are worried about their exam.", "", ("I'm worried about my exam.",)),
        ("Lost job due to Covid.", "", ("I lost my job because of Covid.",)),
        ("Wife requested a divorce.", "Male", ("My wife requested a divorce.",)),
        ("Overwhelmed by work.", "", ("I'm overwhelmed by work.",)),
        ("The seeker is upset with a man who lied and is living with his wife.", "Female",
         ("I'm upset with a man who lied and is living with his wife.",)),
        ("He has a boss who shouts, leading to many sleepless nights.", "male",
         ("I have a boss who shouts.", "It has led to many sleepless nights.")),
    ],
)  # fmt: skip
def test_reports_become_what_the_person_would_say(report: str, gender: str, told: tuple[str, ...]) -> None:
    assert own_words(report, gender) == told


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "line 1"),
        ("[]", "no list of role cards"),
        ('{"base": "x"}', "no list of role cards"),
        ("[3]", "card 1: not a role card"),
        (json.dumps([{"base": "Age: 3\nProblem: "}]), "card 1: the card is empty"),
        (json.dumps([{"base": "Age: 3\nProblem: not mentioned"}]), "the card is empty"),
        (json.dumps([{"base": "年龄：青年\n问题：担心"}]), "not in English"),
        ("[" * 100_000, "no list of role cards"),
    ],
)
def test_files_that_hold_no_cards_are_told_in_one_line(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "cards.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=message) as told:
        read_cards(path)
    assert "\n" not in str(told.value)


def test_a_missing_and_a_binary_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no file at"):
        read_cards(tmp_path / "none.json")
    (tmp_path / "x.json").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(DataError, match="cannot be read"):
        read_cards(tmp_path / "x.json")


def test_cards_in_another_language_are_left_out_and_counted(tmp_path: Path) -> None:
    deck = read_cards(written(tmp_path / "cards.json", [{"base": CARD}, {"base": "问题：担心"}]))
    assert [card.name for card in deck.cards] == ["1"]
    assert deck.left_out == 1


def test_a_card_that_speaks_of_danger_is_grave() -> None:
    assert Card("x", "He thinks about killing himself.", ("x",)).grave
    assert Card("x", "She was raped by a stranger.", ("x",)).grave
    assert not Card("x", "Completely different skills are required at work.", ("x",)).grave


def test_a_post_is_its_sentences_and_must_hold_some() -> None:
    assert Card.of_post("p", "I lost my job. Help.\nI can't sleep at night.").pieces == (
        "I lost my job.", "Help. I can't sleep at night.",
    )  # fmt: skip
    assert len(Card.of_post("p", "word. " * LONGEST).problem) <= LONGEST
    for text in ("", " \n ", "...", "我很难过", "a\0b"):
        with pytest.raises(DataError):
            Card.of_post("p", text)


def test_all_real_cards_can_be_told(data: Path) -> None:
    deck = read_cards(data / "dialogue" / "esc_eval" / "card_high_en.json")
    assert len(deck.cards) == 331
    told = " ".join(piece for card in deck.cards for piece in card.pieces)
    assert " seeker" not in told
    assert sum(card.grave for card in deck.cards) >= 5
    with pytest.raises(DataError, match="not in English"):
        read_cards(data / "dialogue" / "esc_eval" / "card_high_zh.json")
