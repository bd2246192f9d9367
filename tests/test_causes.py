"""What a feeling comes from: the utterance and its words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from companion.types import Message
from dialogue.causefitting import token_f1
from dialogue.causes import best_run, clauses
from dialogue.evaluation import evaluate_causes
from dialogue.words_reader import WordsReader


@pytest.fixture(scope="module")
def reader() -> WordsReader:
    return WordsReader()


def test_the_cause_stands_in_the_utterance_itself(reader: WordsReader) -> None:
    reading = reader.read("I feel awful because my best friend moved to another country.")
    assert reading.cause_back == 0
    assert "my best friend moved" in reading.cause


def test_the_cause_stands_in_what_the_other_said(reader: WordsReader) -> None:
    context = (
        Message("user", "Hello, how are you?"),
        Message("assistant", "I have news for you. You won the first prize in the competition!"),
    )
    reading = reader.read("Oh my god! I am so happy!", context)
    assert reading.cause_back == 1
    assert "won the first prize" in reading.cause


def test_no_feeling_has_no_cause(reader: WordsReader) -> None:
    reading = reader.read("The bus comes at nine.")
    assert reading.cause == ""
    assert reading.cause_back == 0


def test_words_of_a_cause_are_the_speakers_own(reader: WordsReader) -> None:
    said = "My brother crashed my car, and he did not even apologise, so I am furious!"
    reading = reader.read(said)
    assert reading.cause
    assert reading.cause.lower() in said.lower()


def test_a_long_dialogue_and_empty_lines_are_no_trouble(reader: WordsReader) -> None:
    context = [Message("user" if i % 2 else "assistant", "" if i % 5 == 0 else f"Line {i}.") for i in range(60)]
    found, threshold = reader.causes("I am so sad", context)
    assert len(found) == 9
    assert 0 < threshold < 1
    assert all(0 <= cause.probability <= 1 for cause in found)


def test_clauses_are_cut_at_marks_and_conjunctions() -> None:
    assert clauses("I am sad because it rains, and I lost my hat.") == [
        "I am sad",
        "because it rains,",
        "and I lost my hat.",
    ]
    assert clauses("...") == []


def test_the_run_of_the_highest_expected_overlap_is_chosen() -> None:
    assert best_run(np.array([0.05, 0.9, 0.8, 0.05], np.float32), [4, 4, 4, 4]) == (1, 3)
    assert best_run(np.array([0.5], np.float32), [3]) == (0, 1)


def test_token_f1_is_that_of_question_answering() -> None:
    assert token_f1("the cat died", "the cat died") == 1
    assert token_f1("the cat", "the cat died") == pytest.approx(0.8)
    assert token_f1("dog", "the cat died") == 0


@pytest.mark.data
def test_causes_are_found_well_above_pointing_at_the_feeling_itself(data: Path, reader: WordsReader) -> None:
    found, extras = evaluate_causes(data / "dialogue" / "reccon" / "dailydialog_valid.json", reader, lambda _: None)
    # Always naming the utterance itself and all its words gives 0.49 and 0.75.
    assert found.per_class["cause"]["f1"] > 0.52
    assert extras["span_token_f1"] > 0.7  # type: ignore[operator]  # a float
