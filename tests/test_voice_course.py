"""Which emotion when."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from companion.affect import Affect
from companion.types import EMOTIONS, VoiceReading
from voice.course import course

STEP, WINDOW = 0.25, 2.0


def readings(*names: str, confidence: float = 0.5, sure: float = 0.6, start: float = 0.0) -> list[VoiceReading]:
    """One reading per name, a quarter of a second apart."""
    found = []
    for index, name in enumerate(names):
        chances = np.full(len(EMOTIONS), (1 - sure) / (len(EMOTIONS) - 1))
        chances[EMOTIONS.index(name)] = sure
        end = start + WINDOW + index * STEP
        found.append(VoiceReading(end - WINDOW, end, Affect(tuple(chances.tolist()), confidence=confidence)))
    return found


def test_nothing_heard_has_no_course() -> None:
    assert course([]) == []
    assert course(readings("sad", "sad", confidence=0.0)) == []


def test_one_feeling_is_one_spell() -> None:
    (spell,) = course(readings(*["angry"] * 12))
    assert (spell.emotion, spell.start) == ("angry", 0.0)
    assert spell.end == pytest.approx(WINDOW + 11 * STEP)
    assert spell.probability == pytest.approx(0.6)


def test_a_change_is_found_and_its_boundary_lies_between() -> None:
    spells = course(readings(*["neutral"] * 16, *["sad"] * 16))
    assert [spell.emotion for spell in spells] == ["neutral", "sad"]
    first, second = spells
    assert first.end == second.start
    # The sixteenth window ends at 6 s and looks back to 4 s: the change lies in it.
    assert 4.0 <= second.start <= 6.0


def test_one_odd_reading_is_no_spell() -> None:
    assert [s.emotion for s in course(readings(*["happy"] * 10, "fear", *["happy"] * 10))] == ["happy"]


def test_spells_neither_overlap_nor_run_backwards() -> None:
    random = np.random.default_rng(5)
    names = [EMOTIONS[i] for i in np.repeat(random.integers(0, 7, 12), random.integers(2, 14, 12))]
    spells = course(readings(*names))
    for before, after in pairwise(spells):
        assert before.start < before.end <= after.start < after.end


def test_silence_between_parts_a_spell() -> None:
    spells = course(readings(*["sad"] * 4) + readings(*["sad"] * 4, start=20.0))
    assert [(s.emotion, s.start >= 20) for s in spells] == [("sad", False), ("sad", True)]
