"""The feeling that a reply carries."""

from __future__ import annotations

import pytest

from companion.types import Affect
from dialogue.bearing import LEAST_VALENCE, MOST_AROUSAL, Bearing

GLAD, SAD = Affect.mixture({"happy": 0.7}), Affect.mixture({"sad": 0.5})


def test_it_moves_gently_from_one_reply_to_the_next() -> None:
    bearing = Bearing()
    first = bearing.next(GLAD)
    second, third = bearing.next(SAD), bearing.next(SAD)
    assert first.valence > second.valence > third.valence
    assert second["happy"] > 0 < second["sad"]  # neither all the one nor all the other yet
    assert third["sad"] == pytest.approx(SAD["sad"], abs=0.1)


def test_in_danger_it_is_calm_at_once() -> None:
    bearing = Bearing()
    bearing.next(GLAD)
    assert bearing.next(SAD, at_once=True) == Bearing().next(SAD)


def test_anger_is_never_mirrored() -> None:
    shown = Bearing().next(Affect.mixture({"angry": 0.9, "contempt": 0.1}))
    assert shown["angry"] == shown["contempt"] == 0
    assert shown.arousal <= MOST_AROUSAL


def test_personality_colours_every_reply_within_bounds() -> None:
    warm, cool = Bearing((0.6, 0.2, 0.2)).next(SAD), Bearing((-0.4, -0.4, 0.0)).next(SAD)
    assert warm.valence > cool.valence
    assert warm.arousal > cool.arousal
    assert cool.valence >= LEAST_VALENCE


def test_a_new_person_is_not_met_with_the_last_ones_mood() -> None:
    bearing = Bearing()
    bearing.next(GLAD)
    bearing.reset()
    assert bearing.next(SAD) == Bearing().next(SAD)
