"""`Delivery`: how a clause is said, derived from the feeling it should carry."""

from __future__ import annotations

from dataclasses import dataclass

from companion.types import Affect

# Directions from the review of 104 studies in Juslin and Laukka, "Communication of emotions in vocal expression and
# music performance" (2003), table 7: tempo, loudness and pitch rise with arousal (anger, fear, happiness) and fall in
# sadness and tenderness; pitch varies more in happiness and anger, less in sadness and tenderness.
RATE_BY_AROUSAL, RATE_BY_VALENCE = 0.24, 0.08
SEMITONES_BY_AROUSAL, SEMITONES_BY_VALENCE = 3.0, 1.2
RANGE_BY_AROUSAL, RANGE_BY_VALENCE = 0.45, 0.25
DECIBEL_BY_AROUSAL = 3.0
PAUSE_BY_AROUSAL = 0.5


@dataclass(frozen=True, slots=True)
class Delivery:
    """Prosody against the same voice speaking neutrally.

    `rate` and `range` (of pitch) and `pause` are factors, `pitch` is in semitones, `level` in dB.
    """

    rate: float = 1.0
    pitch: float = 0.0
    range: float = 1.0
    level: float = 0.0
    pause: float = 1.0

    @classmethod
    def of(cls, affect: Affect) -> Delivery:
        """The delivery of a feeling, linear in valence and arousal (in logarithms for factors)."""
        valence, arousal = affect.valence, affect.arousal
        return cls(
            rate=(1 + RATE_BY_AROUSAL) ** arousal * (1 + RATE_BY_VALENCE) ** valence,
            pitch=SEMITONES_BY_AROUSAL * arousal + SEMITONES_BY_VALENCE * valence,
            range=(1 + RANGE_BY_AROUSAL) ** arousal * (1 + RANGE_BY_VALENCE) ** valence,
            level=DECIBEL_BY_AROUSAL * arousal,
            pause=(1 + PAUSE_BY_AROUSAL) ** -arousal,
        )
