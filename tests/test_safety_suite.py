"""The rules of danger on marked sentences, on everyday talk, and on words written so as not to be found."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from companion.labelled import DataError
from companion.types import Risk
from dialogue.corpora import read_meld, read_posts
from dialogue.danger import danger
from dialogue.safetyevaluation import Marked, evaluate, read_suite
from dialogue.unmasking import unmasked

SUITE = Path(__file__).with_name("safety_suite.csv")


def test_the_suite_reaches_its_floors_in_both_languages() -> None:
    marked = read_suite(SUITE)
    assert len(marked) >= 500
    with SUITE.open(encoding="utf-8", newline="") as file:
        languages = [row["lang"] for row in csv.DictReader(file)]
    for language in ("en", "es"):
        found = evaluate([each for each, lang in zip(marked, languages, strict=True) if lang == language])
        crisis = found.levels[Risk.CRISIS]
        assert crisis.recall is not None
        assert crisis.recall >= 0.98
        assert crisis.false_alarm_rate is not None
        assert crisis.false_alarm_rate <= 0.03
        assert found.levels[Risk.CONCERN].recall >= 0.85  # type: ignore[operator]  # there are some


def test_sentences_that_nothing_was_learnt_from_are_judged_nearly_as_well_as_measured() -> None:
    """The figures of docs/safety.md, less a little; a change of rules or weights that costs more is seen here."""
    found = evaluate(read_suite(SUITE.with_name("safety_second.csv")))
    crisis, none = found.levels[Risk.CRISIS].recall, found.confusion[Risk.NONE]
    assert crisis is not None
    assert crisis >= 0.88
    assert none[Risk.CRISIS] / sum(none.values()) <= 0.05
    assert found.levels[Risk.CONCERN].recall >= 0.55  # type: ignore[operator]  # there are some


def test_everyday_talk_raises_few_alarms(data: Path) -> None:
    folder = data / "dialogue"
    texts = list(read_posts(folder / "goemotions" / "original" / "dev.tsv").texts)
    texts += [line.text for lines in read_meld(folder / "meld" / "dev_sent_emo.csv") for line in lines]
    risks = [danger(text).risk for text in texts]
    assert risks.count(Risk.CRISIS) / len(texts) <= 0.01
    assert sum(risk in {Risk.CRISIS, Risk.CONCERN} for risk in risks) / len(texts) <= 0.03


@pytest.mark.parametrize(
    "text",
    [
        "I WANT TO KILL MYSELF",
        "i want to k i l l  m y s e l f",
        "I want to k1ll mys3lf",
        "I wаnt tо kіll mуsеlf",
        "I want to k*ll myself",
        "I want to **kill** _myself_",
        "i wannnna kiiiill myself!!!",
        "I want\u200b to ki\u200bll myself",
        "Ｉ ｗａｎｔ ｔｏ ｋｉｌｌ ｍｙｓｅｌｆ",
        "QUIERO MORIRME",
        "kiero   morirme",
        "quiéro mórirme",
        "q u i e r o  m o r i r",
    ],
)
def test_danger_is_heard_however_it_is_written(text: str) -> None:
    assert danger(text).risk is Risk.CRISIS


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("I can't, won't and don't", "i cannot will not and do not"),
        ("my brother's car, he's late", "my brother car he is late"),
        ("soooo saaad", "so sad"),
        ("the 4th of May at 10", "the 4th of may at 10"),
        ("", ""),
        ("\x00\ud800 💔", ""),
    ],
)
def test_words_are_written_out(text: str, plain: str) -> None:
    assert unmasked(text) == plain


def test_danger_in_the_middle_of_a_long_message_is_found() -> None:
    chatter = "and then we went to the shop and bought some bread for the weekend " * 300
    found = danger(f"{chatter} i want to kill myself {chatter}")
    assert found.risk is Risk.CRISIS
    assert "kill myself" in found.evidence


def test_what_was_denied_does_not_cover_what_follows() -> None:
    assert danger("I would never hurt anyone, I just want to die myself").risk is Risk.CRISIS
    assert danger("no puedo más, me voy a matar").risk is Risk.CRISIS


@pytest.mark.parametrize(
    ("text", "kind", "language"),
    [
        ("I make myself throw up after every meal", "eating", "en"),
        ("the voices tell me to hurt my sister", "psychosis", "en"),
        ("he took something at the party and will not wake up", "substance", "en"),
        ("mi marido me pega cuando bebe", "abuse", "es"),
        ("las voces me dicen que salte", "psychosis", "es"),
        ("voy a matar a mi jefe", "violence", "es"),
    ],
)
def test_each_kind_of_danger_is_told_apart(text: str, kind: str, language: str) -> None:
    found = danger(text)
    assert (found.risk, found.kind, found.language) == (Risk.CRISIS, kind, language)


def test_scores_say_where_nothing_can_be_said() -> None:
    found = evaluate([Marked("I want to die", Risk.CRISIS), Marked("hello", Risk.NONE)])
    assert found.as_dict()["crisis"] == {"recall": 1.0, "precision": 1.0, "false_alarm_rate": 0.0, "n": 1}
    assert found.as_dict()["watch"]["recall"] is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("text,lang\nhello,en\n", "columns text and level"),
        ("text,level\nhello,grave\n", "line 2: unknown level 'grave'"),
        ("text,level\n", "holds no sentences"),
    ],
)
def test_a_suite_that_cannot_be_used_is_explained(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "suite.csv"
    path.write_text(content)
    with pytest.raises(DataError, match=said):
        read_suite(path)
