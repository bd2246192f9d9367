"""How the head is held and how it moves: sway, breath, posture of a feeling, beats of speech, nods."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from avatar.noise import OCTAVE_SHARES, OCTAVES_HZ, smooth
from avatar.visemes import accent
from companion.types import EMOTIONS, Affect, Attention, Span

# Pitch, yaw, roll in radians at full strength (Wallbott, "Bodily expression of emotion", 1998; contempt: head back
# and askew). Pitch > 0 is down.
POSTURES_RAD: Mapping[str, tuple[float, float, float]] = {
    "neutral": (0.0, 0.0, 0.0),
    "happy": (-0.02, 0.0, 0.03),
    "sad": (0.13, 0.0, 0.05),
    "angry": (0.07, 0.0, 0.0),
    "fear": (-0.05, 0.02, 0.0),
    "disgust": (-0.06, 0.06, 0.02),
    "surprise": (-0.07, 0.0, 0.0),
    "contempt": (-0.08, 0.05, -0.05),
}
_POSTURES = np.array([POSTURES_RAD[name] for name in EMOTIONS])

SWAY_RAD = np.array([0.024, 0.045, 0.028])
# How much of the sway each state shows, and the head's tilt towards one shoulder (interest) and towards the user.
ENERGY: Mapping[Attention, float] = {
    Attention.IDLE: 1.0,
    Attention.LISTENING: 0.75,
    Attention.THINKING: 0.9,
    Attention.SPEAKING: 1.35,
}
TILT_RAD: Mapping[Attention, float] = {
    Attention.IDLE: 0.012,
    Attention.LISTENING: 0.055,
    Attention.THINKING: 0.04,
    Attention.SPEAKING: 0.02,
}
LEAN_RAD: Mapping[Attention, float] = {
    Attention.IDLE: 0.0,
    Attention.LISTENING: 0.02,
    Attention.THINKING: -0.015,
    Attention.SPEAKING: 0.0,
}
TILT_HZ = 0.045
"""The side of the tilt changes about twice a minute."""
BREATH_HZ = 0.23
"""14 breaths a minute; arousal deepens them. The rate stays, since its phase may not depend on the feeling."""
BREATH_RAD = 0.008

# A nod of understanding dips twice, the second time half as deep, and is over after 0.8 s (Hadar, Steiner and Rose,
# "Head movement during listening turns in conversation", 1985: "yes" nods have 2 to 3 cycles at about 2.5 Hz).
NOD_SEC = 0.8
NOD_HZ = 2.5
NOD_RAD = 0.15

# Heads dip and brows rise with stressed syllables (Munhall et al., "Visual prosody and speech intelligibility", 2004).
BEAT_RAD = 0.045
LONG = 4.0
"""Accent of an unmarked vowel for each second that it is longer than 90 ms, up to 190 ms."""
BEAT_BEFORE_SEC = 0.14
BEAT_AFTER_SEC = 0.26

# Talking heads also turn and tilt with the rhythm of speech (Hadar et al., "Kinematics of head movements accompanying
# speech during conversation", 1983): angles at the rate of phrases and of words.
TALK_HZ = (0.8, 1.8)
TALK_RAD = np.array([[0.018, 0.052, 0.034], [0.010, 0.032, 0.020]])
WAVES_HZ = (*OCTAVES_HZ * 3, *(hertz for hertz in TALK_HZ for _ in range(3)), TILT_HZ, 0.05)
"""Rates of the random waves of `roam`: 1/f and talk for each angle, the tilt, and the unevenness of breath."""


def hold(affect: Affect, attention: Attention, expressiveness: float) -> NDArray[np.float64]:
    """The posture (pitch, yaw, roll) that a feeling and the state of the conversation ask for."""
    pose = np.asarray(affect.distribution) @ _POSTURES * expressiveness
    pose[0] += LEAN_RAD[attention]
    return np.asarray(pose)


def roam(
    waves: NDArray[np.float64], times: NDArray[np.float64], affect: Affect, attention: Attention
) -> NDArray[np.float64]:
    """What the head does by itself: 1/f sway, breath and a tilt that changes sides (T x 3, pitch, yaw, roll).

    `waves` are random waves at `WAVES_HZ`. Arousal sets the energy, so that a sad head moves less than a glad one.
    """
    energy = ENERGY[attention] * (1.0 + 0.5 * affect.arousal)
    wander = (OCTAVE_SHARES @ waves[:12].reshape(3, 4, -1)).T * (SWAY_RAD * energy)
    if attention is Attention.SPEAKING:
        wander += ((waves[12:15].T * TALK_RAD[0]) + (waves[15:18].T * TALK_RAD[1])) * energy
    tilt, slow = waves[18:]
    breath = np.sin(2 * np.pi * (BREATH_HZ * times + 0.6 * slow))
    wander[:, 0] += BREATH_RAD * (1.0 + 0.5 * affect.arousal) * breath
    wander[:, 2] += TILT_RAD[attention] * np.tanh(4.0 * tilt)
    return np.asarray(wander)


def nod(since: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pitch of a nod `since` seconds after it began: two dips, damped, 0 before and after."""
    part = np.clip(since / NOD_SEC, 0.0, 1.0)
    depth = (1.0 - part) * smooth(part * 6.0) * smooth((1.0 - part) * 6.0)
    return np.asarray(NOD_RAD * depth * np.sin(np.pi * NOD_HZ * since) ** 2)


def beats(phones: tuple[Span, ...], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """The accents of speech at `times`, T in 0..1: they rise to each stressed vowel and fall after it.

    Voices that mark no stress still accent their long vowels, less.
    """
    peaks = np.array(
        [
            (
                0.7 * phone.start + 0.3 * phone.end,
                max(weight, LONG * min(max(phone.end - phone.start - 0.09, 0.0), 0.1)),
            )
            for phone in phones
            if (weight := accent(phone.text)) is not None
        ]
    )
    if not len(peaks):
        return np.zeros(len(times))
    since = times[:, None] - peaks[:, 0]
    shape = smooth(np.where(since < 0, 1.0 + since / BEAT_BEFORE_SEC, 1.0 - since / BEAT_AFTER_SEC))
    return np.asarray((shape * peaks[:, 1]).max(axis=1))
