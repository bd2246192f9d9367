"""What is usually thought of one voice, and opinions freed of it."""

from __future__ import annotations

import numpy as np
import pytest

from voice.calibration import MODES, Judged, freed
from voice.habit import SHARE, WEIGHT, Habit

LABELS = ("neutral", "happy", "sad", "angry")
USUAL = np.log(np.array([0.4, 0.2, 0.2, 0.2]))


def logs(*shares: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.log(np.array(shares, np.float32))


def sounding_sad(count: int) -> Habit:
    habit = Habit(USUAL, LABELS)
    for _ in range(count):
        habit.learn(logs(0.4, 0.1, 0.4, 0.1))
    return habit


def test_a_voice_that_always_sounds_sad_is_less_so_the_longer_it_is_known() -> None:
    sad = logs(0.3, 0.2, 0.35, 0.15)
    gaps = [float(found[2] - found[1]) for found in (sounding_sad(n).freed(sad) for n in (0, 1, 10, 1000))]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[0] == pytest.approx(np.log(0.35 / 0.2))
    # Half of what is said about the person after as many utterances as others are worth.
    assert gaps[2] == pytest.approx(gaps[0] - SHARE / 2 * np.log(0.4 / 0.1), abs=1e-5)
    assert WEIGHT == 10


def test_how_often_somebody_is_neutral_is_no_habit_of_their_voice() -> None:
    habit = Habit(USUAL, LABELS)
    for _ in range(100):
        habit.learn(logs(0.91, 0.03, 0.03, 0.03))
    angry = logs(0.2, 0.1, 0.1, 0.6)
    assert habit.freed(angry) == pytest.approx(angry, abs=1e-5)


def test_nothing_is_freed_where_it_is_not_known_how_people_sound() -> None:
    habit = Habit((), LABELS)
    habit.learn(logs(0.1, 0.1, 0.7, 0.1))
    assert habit.freed(logs(0.25, 0.25, 0.25, 0.25)) == pytest.approx(logs(0.25, 0.25, 0.25, 0.25))


def test_old_opinions_fade() -> None:
    habit = Habit(USUAL, LABELS, memory=20)
    for opinion in (logs(0.4, 0.1, 0.4, 0.1), logs(0.4, 0.4, 0.1, 0.1)):
        for _ in range(200):
            habit.learn(opinion)
    even = habit.freed(logs(0.25, 0.25, 0.25, 0.25))
    assert even[2] > even[1]  # they now sound happy by habit, so an even opinion means less happy than sad


def test_on_line_a_habit_knows_only_the_clips_before() -> None:
    opinion = logs(0.4, 0.1, 0.4, 0.1)
    clips = [Judged("made", "a", "sad", 0, place, dict.fromkeys(MODES, opinion)) for place in (2, 0, 1)]
    found = freed(clips, USUAL.tolist(), LABELS)
    online = [float(one.opinions["online"][2]) for one in found]
    assert online == sorted(online, reverse=True)
    assert len({float(one.opinions["adapted"][2]) for one in found}) == 1
    assert found[0].opinions["unadapted"] == pytest.approx(opinion)
