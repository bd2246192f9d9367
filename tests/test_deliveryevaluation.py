"""What `companion eval delivery` measures can fail: a voice without feeling gets no marks for it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from companion.types import Affect, Clause, SpeechSegment
from voice.deliveryevaluation import _axes, _missed, _rising, said
from voice.errors import errors
from voice.espeak import Espeak


class Flat:
    """Speaks every feeling the same way."""

    def __init__(self) -> None:
        self._espeak = Espeak()
        self._spoken: dict[str, list[SpeechSegment]] = {}

    def speak(self, clause: Clause) -> Iterator[SpeechSegment]:
        if clause.text not in self._spoken:
            self._spoken[clause.text] = list(self._espeak.speak(Clause(clause.turn, clause.text, Affect())))
        yield from self._spoken[clause.text]


@pytest.mark.parametrize(
    ("text", "heard", "wrong"),
    [
        ("What would help you?", "what would help you", 0),
        ("What would help you?", "what could help", 2),
        ("Yes.", "", 1),
        ("Yes.", "oh yes", 1),
    ],
)
def test_word_errors_are_counted(text: str, heard: str, wrong: int) -> None:
    assert errors(text, heard.split()) == wrong


def test_a_strength_that_changes_nothing_or_the_wrong_way_is_seen() -> None:
    rising = [np.array([1.0, 2.0]), np.array([2.0, 3.0]), np.array([3.0, 4.0])]
    assert _rising(rising, 1.0) == pytest.approx(1.0)
    assert _rising(rising, -1.0) == pytest.approx(-1.0)


def test_each_axis_moves_its_own_measures_in_the_embedded_voice_and_not_in_a_flat_one() -> None:
    texts = ("You do not have to decide anything tonight.", "The pain you feel is real and it matters.")
    assert min(_axes(Espeak(), texts).values()) > 0.9
    with pytest.warns(RuntimeWarning, match="constant"):
        assert not any(value > 0.5 for value in _axes(Flat(), texts).values())


def test_lengths_that_are_asked_for_are_met_within_three_in_a_hundred() -> None:
    assert _missed([said(Espeak(), "I can hear how much you care about your friends.", Affect())]) <= 0.03
