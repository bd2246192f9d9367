"""The filter of the user's feeling: steady against one odd reading, moved by many, and fitted from talks."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from companion.types import EMOTIONS
from dialogue.mood import Mood, fit_mood, negativity, persistent

SAD, HAPPY = EMOTIONS.index("sad"), EMOTIONS.index("happy")


def reading(place: int, share: float = 0.8) -> NDArray[np.float64]:
    found = np.full(len(EMOTIONS), (1 - share) / (len(EMOTIONS) - 1))
    found[place] = share
    return found


@pytest.fixture(scope="module")
def mood() -> Mood:
    talks = [([reading(place)] * 8, [0.6] * 8) for place in (SAD, SAD, HAPPY, 0)]
    return Mood(fit_mood(talks))


def test_one_odd_reading_does_not_flip_the_mood_but_several_do(mood: Mood) -> None:
    said = [reading(SAD)] * 4 + [reading(HAPPY)] * 3
    course = mood.course(said, [0.95] * 7)
    assert course.sum(axis=1) == pytest.approx(1)
    leading = course.argmax(axis=1)
    assert list(leading[:5]) == [SAD] * 5
    assert leading[-1] == HAPPY


def test_an_unsure_reading_changes_little(mood: Mood) -> None:
    before = mood.course([reading(SAD)] * 3, [0.6] * 3)[-1]
    unsure = mood.course([reading(SAD)] * 3 + [reading(HAPPY)], [0.6] * 3 + [0.0])[-1]
    sure = mood.course([reading(SAD)] * 3 + [reading(HAPPY)], [0.6] * 3 + [0.6])[-1]
    assert abs(unsure[HAPPY] - before[HAPPY]) < 0.1 < sure[HAPPY] - before[HAPPY]


def test_negativity_that_lasts_is_noticed_and_forgotten(mood: Mood) -> None:
    heavy = mood.course([reading(SAD)] * 4, [0.6] * 4)
    assert not persistent(heavy[:2])
    assert persistent(heavy)
    assert negativity(heavy)[-1] > 0.5
    lighter = mood.course([reading(SAD)] * 4 + [reading(HAPPY)] * 3, [0.6] * 7)
    assert not persistent(lighter)
    assert not persistent(mood.course([], []))


def test_feelings_that_last_in_the_talks_are_learnt_to_last() -> None:
    lasting = [([reading(SAD)] * 20, [0.7] * 20) for _ in range(30)]
    moving = [([reading(place) for place in [SAD] * 4 + [HAPPY] * 4] * 3, [0.7] * 24) for _ in range(30)]
    stay = [float(fit_mood(talks)["mood.change"][SAD, SAD]) for talks in (lasting, moving)]
    assert stay[0] > stay[1] + 0.05
    assert fit_mood(moving)["mood.change"].sum(axis=1) == pytest.approx(1, abs=1e-5)
