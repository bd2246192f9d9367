"""What voice, face and the course of a talk add to the user's words."""

from __future__ import annotations

from companion.affect import Affect
from companion.types import Risk, UserTurn, Words
from dialogue.danger import danger
from dialogue.distress import distress, weighed
from dialogue.safety import Danger
from dialogue.watch import BREAK_SEC, TURNS, Sign, Watch


def _felt(name: str, share: float, valence: float, confidence: float = 0.9) -> Affect:
    affect = Affect.of(name, share)
    return Affect(affect.distribution, valence, affect.arousal, affect.dominance, confidence)


def _turn(number: int, valence: float, confidence: float = 0.9, end: float = 0.0) -> UserTurn:
    return UserTurn(number, Words("well", 0, 1), _felt("neutral", 0.5, valence, confidence), 0.0, end)


def test_calm_words_in_a_distressed_voice_raise_the_risk() -> None:
    found = weighed(danger("I'm fine"), {"voice": _felt("sad", 0.9, -0.7)})
    assert found.risk is Risk.WATCH
    assert "voice" in found.evidence


def test_heavy_words_in_a_desperate_voice_are_asked_about() -> None:
    assert weighed(danger("I feel empty inside"), {"voice": _felt("sad", 0.95, -0.8)}).risk is Risk.CONCERN
    assert weighed(danger("I feel empty inside"), {"voice": _felt("neutral", 0.9, 0.0)}).risk is Risk.WATCH


def test_voice_and_face_make_no_crisis_and_lower_none() -> None:
    pain, joy = (
        {"voice": _felt("fear", 1.0, -0.9), "face": _felt("sad", 1.0, -0.9)},
        {"voice": _felt("happy", 1.0, 0.9)},
    )
    assert weighed(Danger(Risk.CONCERN, "abuse"), pain).risk is Risk.CONCERN
    assert weighed(danger("I want to die"), joy).risk is Risk.CRISIS


def test_an_unsure_or_pleasant_reading_says_nothing() -> None:
    assert distress(_felt("sad", 0.9, -0.8, confidence=0.2)) == 0.0
    assert distress(_felt("fear", 0.9, 0.3)) == 0.0


def test_a_mood_that_sinks_is_noticed_once() -> None:
    watch = Watch()
    signs = [watch.note(_turn(i, 0.1 - 0.13 * i)) for i in range(TURNS + 3)]
    assert signs.count(Sign.WORSE) == 1
    assert signs[TURNS - 1] is Sign.WORSE


def test_one_bad_turn_or_a_steady_low_is_no_worsening() -> None:
    for course in ([0.1, 0.1, 0.0, 0.1, 0.0, -0.9, 0.0], [-0.6] * 12):
        watch = Watch()
        assert all(watch.note(_turn(i, valence)) is None for i, valence in enumerate(course))
    watch = Watch()
    assert all(watch.note(_turn(i, 0.5 - 0.1 * i, confidence=0.1)) is None for i in range(12))


def test_a_break_is_suggested_once_for_each_long_while() -> None:
    watch = Watch()
    signs = [watch.note(_turn(i, 0.0, end=i * BREAK_SEC / 3)) for i in range(8)]
    assert [i for i, sign in enumerate(signs) if sign is Sign.LONG] == [3, 6]
