"""Feeling read from words."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion.types import EMOTIONS
from dialogue.feeling import LexiconReader, own_word

READER = LexiconReader()


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("I feel so sad and empty", "sad"),
        ("i miss my grandmother so much", "sad"),
        ("I'm really scared of tomorrow", "fear"),
        ("I am worried about the exam, what if I fail", "fear"),
        ("I'm furious with my boss", "angry"),
        ("he makes my blood boil", "angry"),
        ("that is so gross, it makes me sick", "disgust"),
        ("wow, I did not expect that at all!", "surprise"),
        ("I'm so happy today!", "happy"),
        ("I was dying of laughter", "happy"),
        ("can't complain, really", "happy"),
        ("I'm over the moon", "happy"),
        ("what a pathetic loser", "contempt"),
        ("I'm not happy at all", "sad"),
        ("I am not feeling so well today", "sad"),
        ("The holiday was nice but I feel terrible now", "sad"),
    ],
)
def test_words_are_read_with_negation_idioms_and_contrast(text: str, emotion: str) -> None:
    affect = READER.read(text).affect
    strongest = max(EMOTIONS[1:], key=lambda name: affect[name])
    assert strongest == emotion
    assert affect.confidence > 0.3
    assert affect.evidence


@pytest.mark.parametrize("text", ["", "The bus comes at nine.", "...", "zxcv"])
def test_no_word_of_feeling_means_confidence_zero(text: str) -> None:
    affect = READER.read(text).affect
    assert affect.confidence == 0
    assert affect.dominant == "neutral"


def test_degree_words_move_the_strength() -> None:
    little, plain, much = (READER.read(t).affect["sad"] for t in ("I'm a bit sad", "I'm sad", "I'm extremely sad"))
    assert little < plain < much


def test_evidence_quotes_the_users_words() -> None:
    assert '"lost my job"' in READER.read("I lost my job last week").affect.evidence
    assert '"not happy"' in READER.read("I'm not happy").affect.evidence


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("I'm so lonely these days", "lonely"),
        ("it makes me feel worthless", "worthless"),
        ("I feel really stressed out about it", "stressed out"),
        ("she is so angry with me", ""),
        ("I lost my keys", ""),
        ("I'm down to my last euro", ""),
        ("I'm not sad", ""),
    ],
)
def test_the_users_own_word_for_their_feeling_is_found(text: str, word: str) -> None:
    assert own_word(text)[0] == word


@pytest.mark.data
def test_the_lexicon_agrees_with_labelled_comments_well_above_chance(data: Path) -> None:
    folder = data / "dialogue" / "goemotions" / "ekman"
    names = {"joy": "happy", "sadness": "sad", "anger": "angry"} | {
        n: n for n in ("fear", "disgust", "surprise", "neutral")
    }
    labels = [names[label] for label in (folder / "labels.txt").read_text().split()]
    rows = [line.split("\t") for line in (folder / "dev.tsv").read_text(encoding="utf-8").splitlines()[:1500]]
    scores = []
    pairs = [(_guess(text), {labels[int(i)] for i in ids.split(",")}) for text, ids, _ in rows]
    for name in labels:
        hits = sum(guess == name and name in gold for guess, gold in pairs)
        guessed, there = sum(guess == name for guess, _ in pairs), sum(name in gold for _, gold in pairs)
        scores.append(2 * hits / max(1, guessed + there))
    # A reader that always says the commonest class reaches 0.10, one that guesses at random about 0.12.
    assert sum(scores) / len(scores) > 0.4


def _guess(text: str) -> str:
    affect = READER.read(text).affect
    best = max((name for name in EMOTIONS if name not in {"neutral", "contempt"}), key=lambda name: affect[name])
    return best if affect.confidence > 0 and affect[best] > 0.28 else "neutral"
