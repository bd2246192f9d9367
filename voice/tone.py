"""The tone of a voice over a stretch of speech, and what feeling a change of tone speaks of."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from companion.affect import ANCHORS, EMOTIONS, Affect
from voice.phonation import FRAME_SEC, Phonation

MEASURES = ("pitch", "range", "level", "tilt", "rate", "harmonicity")
"""What a tone is made of: semitones re 1 Hz, semitones, dB, dB, syllables a second, share of 1."""
SPREADS = (1.0, 1.9, 1.2, 1.3, 0.5, 0.02)
"""Standard deviation of each measure among one speaker's neutral sentences (16 speakers of RAVDESS)."""
DIP_DB = 2.0
"""How far the level falls on both sides of a syllable (de Jong and Wempe, Behavior Research Methods, 2009)."""

# One step of each measure is about half of its mean change from neutral to acted anger, joy and fear in RAVDESS (the
# rate's is set by hand: actors keep their pace). Directions are those of Juslin and Laukka, Psychological Bulletin 129
# (2003). Level is held back: it tells arousal best there, but a person also moves nearer to or away from a microphone.
AROUSAL: Mapping[str, tuple[float, float]] = {
    "pitch": (3.5, 0.30),
    "level": (7.0, 0.35),
    "tilt": (3.0, 0.20),
    "rate": (1.0, 0.15),
}
"""(step, weight) of each measure."""
VALENCE: Mapping[str, tuple[float, float]] = {"range": (4.0, 0.5), "harmonicity": (0.06, 0.5)}
VALENCE_LIMIT = 0.25
"""Liveliness and clearness of a voice speak for a good mood, but weakly."""
DOMINANCE: Mapping[str, tuple[float, float]] = {"level": (7.0, 0.5), "pitch": (3.5, -0.5)}
DOMINANCE_LIMIT = 0.25
"""Loud without high sounds firm, high without loud sounds small; a weak cue too."""

WIDTHS = (0.8, 0.35, 0.8)
"""How sharply valence, arousal and dominance of a voice tell emotions apart: only arousal does."""
COMMON: Mapping[str, float] = {"neutral": 2.0, "disgust": 0.4, "surprise": 0.6, "contempt": 0.4}
"""How often an emotion is to be expected before anything is heard (others 1): most talk is neutral."""

WORDS: Mapping[str, tuple[float, str, str]] = {
    "pitch": (1.5, "higher", "lower"),
    "level": (4.0, "louder", "quieter"),
    "rate": (0.8, "faster", "slower"),
    "tilt": (2.5, "sharper", "softer"),
    "range": (4.0, "livelier", "flatter"),
}
"""From which change on a measure is worth a word."""


def measure(frames: Sequence[Phonation]) -> NDArray[np.float64]:
    """The `MEASURES` of a stretch of speech with some voice in it, over its voiced frames."""
    pitch = np.concatenate([frame.pitch_hz for frame in frames])
    voiced = pitch > 0
    level = np.concatenate([frame.level_db for frame in frames])
    tilt = np.concatenate([frame.tilt_db for frame in frames])
    harmonicity = np.concatenate([frame.harmonicity for frame in frames])
    semitones = 12 * np.log2(pitch[voiced])
    low, high = np.percentile(semitones, (10, 90))
    return np.array(
        [
            np.median(semitones),
            high - low,
            np.percentile(level[voiced], 75),
            np.median(tilt[voiced]),
            syllables(level, voiced) / (len(level) * FRAME_SEC),
            np.median(harmonicity[voiced]),
        ]
    )


def syllables(level_db: NDArray[np.float64], voiced: NDArray[np.bool_]) -> int:
    """Peaks of the level (frames,) in voiced sound (de Jong and Wempe, Behavior Research Methods, 2009)."""
    from scipy.signal import find_peaks

    hump = np.hanning(9)[1:-1]
    peaks, _ = find_peaks(np.convolve(level_db, hump / hump.sum(), "same"), prominence=DIP_DB)
    return int(np.count_nonzero(voiced[peaks]))


def cues(tone: NDArray[np.float64]) -> dict[str, float]:
    """A tone's measures as they are shown."""
    values = dict(zip(MEASURES, map(float, tone), strict=True))
    return {
        "pitch_hz": 2 ** (values["pitch"] / 12),
        "level_db": values["level"],
        "rate_hz": values["rate"],
        "tilt_db": values["tilt"],
    }


def feeling(deviation: NDArray[np.float64], confidence: float) -> Affect:
    """The feeling that a deviation of the `MEASURES` from the speaker's usual speaks of, with a plain sentence."""
    change = dict(zip(MEASURES, map(float, deviation), strict=True))
    arousal = aroused(deviation)
    valence = VALENCE_LIMIT * math.tanh(_sum(change, VALENCE))
    dominance = DOMINANCE_LIMIT * math.tanh(_sum(change, DOMINANCE))
    point = (valence, arousal, dominance)
    weights = [COMMON.get(name, 1.0) * math.exp(-_distance(point, ANCHORS[name]) / 2) for name in EMOTIONS]
    total = sum(weights)
    return Affect(tuple(w / total for w in weights), *point, confidence, (described(change),))


def aroused(deviation: NDArray[np.float64]) -> float:
    """The arousal, in -1..1, that a deviation of the `MEASURES` from the speaker's usual speaks of."""
    return math.tanh(_sum(dict(zip(MEASURES, map(float, deviation), strict=True)), AROUSAL))


def described(change: Mapping[str, float]) -> str:
    """The change in plain words: `voice lower and quieter than usual`."""
    found = [up if change[name] > 0 else down for name, (least, up, down) in WORDS.items() if abs(change[name]) > least]
    if not found:
        return "voice as usual"
    return f"voice {', '.join(found[:-1])}{' and ' if found[:-1] else ''}{found[-1]} than usual"


def _sum(change: Mapping[str, float], scale: Mapping[str, tuple[float, float]]) -> float:
    return sum(weight * change[name] / step for name, (step, weight) in scale.items())


def _distance(point: tuple[float, float, float], anchor: tuple[float, float, float]) -> float:
    return sum(((p - a) / width) ** 2 for p, a, width in zip(point, anchor, WIDTHS, strict=True))
