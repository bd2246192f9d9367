"""Feelings on the face, and how a listener's face answers."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from avatar.blendshapes import INDEX, columns
from avatar.expression import express
from avatar.listening import answer
from companion.types import EMOTIONS, Affect, Attention

OWN = {
    "happy": ("mouthSmile", "cheekSquint"),
    "sad": ("browInnerUp", "mouthFrown"),
    "angry": ("browDown", "mouthPress", "eyeSquint"),
    "fear": ("browInnerUp", "eyeWide", "mouthStretch"),
    "disgust": ("noseSneer", "mouthUpperUp"),
    "surprise": ("browOuterUp", "browInnerUp", "eyeWide", "jawOpen"),
    "contempt": ("mouthDimpleLeft", "mouthSmileLeft"),
}


@pytest.mark.parametrize("emotion", OWN)
def test_each_emotion_moves_its_own_action_units_more_the_stronger_it_is(emotion: str) -> None:
    faces = np.stack([express(Affect.of(emotion, strength)) for strength in np.linspace(0, 1, 11)])
    own = faces[:, columns(*OWN[emotion])]
    assert np.all(np.diff(own, axis=0) > 0)
    assert np.all(own[-1] > 0.25)


def test_any_two_emotions_are_far_apart_at_full_strength() -> None:
    faces = {name: express(Affect.of(name)) for name in EMOTIONS}
    for one, other in itertools.combinations(EMOTIONS, 2):
        assert np.linalg.norm(faces[one] - faces[other]) > 0.7, (one, other)


def test_neutral_is_a_face_at_rest() -> None:
    assert not express(Affect()).any()


def test_contempt_is_on_one_side_only() -> None:
    face = express(Affect.of("contempt"))
    assert face[INDEX["mouthDimpleLeft"]] > 0.5
    assert face[INDEX["mouthDimpleRight"]] == 0


def test_a_mixture_shows_both_feelings() -> None:
    face = express(Affect.mixture({"happy": 0.5, "sad": 0.5}))
    assert face[INDEX["mouthSmileLeft"]] > 0.3
    assert face[INDEX["browInnerUp"]] > 0.3


def test_valence_and_arousal_show_without_any_emotion_word() -> None:
    assert express(Affect(valence=0.8))[INDEX["mouthSmileLeft"]] > 0.05
    assert express(Affect(arousal=-0.8))[INDEX["eyeBlinkLeft"]] > 0.05
    assert express(Affect(arousal=0.8))[INDEX["eyeWideLeft"]] > 0.05


def test_expressiveness_scales_the_whole_and_stays_in_range() -> None:
    for name in EMOTIONS:
        weak, natural, large = (express(Affect.of(name), scale) for scale in (0.0, 1.0, 1.5))
        assert not weak.any()
        assert np.all(large >= natural)
        assert large.max() <= 1.0


@pytest.mark.parametrize("scale", [-0.1, float("nan"), float("inf")])
def test_an_impossible_expressiveness_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="expressiveness"):
        express(Affect(), scale)


def listening_to(emotion: str, confidence: float = 1.0) -> dict[str, float]:
    face = answer(Affect.of("happy", 0.18), Affect.of(emotion, 0.9, confidence=confidence), Attention.LISTENING)
    return {name: float(face[INDEX[name]]) for name in INDEX if INDEX[name] < 52}


@pytest.mark.parametrize("emotion", ["angry", "contempt", "disgust"])
def test_hostile_feelings_are_never_mirrored_but_met_with_concern(emotion: str) -> None:
    face = listening_to(emotion)
    assert face["browInnerUp"] > 0.2
    for name in ("browDownLeft", "eyeSquintLeft", "mouthPressLeft", "noseSneerLeft", "mouthDimpleLeft"):
        assert face[name] < 0.15, name


def test_joy_is_met_with_a_warm_smile_and_sadness_without_one() -> None:
    assert listening_to("happy")["mouthSmileLeft"] > 0.45
    assert listening_to("sad")["mouthSmileLeft"] < 0.1
    assert listening_to("sad")["browInnerUp"] > 0.4
    assert listening_to("sad")["mouthFrownLeft"] < 0.2


def test_an_unsure_reading_of_the_user_changes_little() -> None:
    assert listening_to("sad", confidence=0.0) == listening_to("neutral")


def test_a_speaker_shows_their_own_feeling_and_mirrors_nothing() -> None:
    own = Affect.of("happy", 0.5)
    assert np.allclose(answer(own, Affect.of("sad"), Attention.SPEAKING), express(own))
