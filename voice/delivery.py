"""`Delivery`: how a clause is said, derived from the feeling it should carry."""

from __future__ import annotations

from dataclasses import dataclass

from companion.types import Affect

# Directions: Juslin and Laukka, "Communication of emotions in vocal expression and music performance", Psychological
# Bulletin 129 (2003), table 7: speech rate, intensity, pitch and high-frequency energy rise in anger, fear and
# happiness and fall in sadness and tenderness; pitch varies more in happiness and anger, less in sadness, tenderness
# and fear. Scherer, "Vocal communication of emotion", Speech Communication 40 (2003), table 1, agrees. A smile
# shortens the vocal tract and raises its resonances: Tartter, "Happy talk", Perception & Psychophysics 27 (1980).
# Sizes are gentle: a supporter colours what it says, it does not act it.
RATE = {"arousal": 0.26, "valence": 0.10}
SEMITONES = {"arousal": 3.6, "valence": 1.6}
RANGE = {"arousal": 0.50, "valence": 0.20, "dominance": 0.60}
"""Dominance parts fear (narrow) from anger (wide), which arousal and valence cannot."""
DECIBEL = {"arousal": 2.5, "dominance": 1.0}
PAUSE = {"arousal": -0.70, "valence": -0.20}
BRIGHTNESS_DB = {"arousal": 4.0, "valence": 1.0}
FORMANTS = {"valence": 0.035}


@dataclass(frozen=True, slots=True)
class Delivery:
    """Prosody against the same voice speaking neutrally.

    `rate`, `range` (of pitch), `pause` and `formants` (resonances of the vocal tract) are factors, `pitch` is in
    semitones, `level` and `brightness` (of what lies above about 2 kHz) in dB.
    """

    rate: float = 1.0
    pitch: float = 0.0
    range: float = 1.0
    level: float = 0.0
    pause: float = 1.0
    brightness: float = 0.0
    formants: float = 1.0

    @classmethod
    def of(cls, affect: Affect) -> Delivery:
        """The delivery of a feeling: linear in valence, arousal and dominance, factors in their logarithm.

        So a blend of feelings is delivered as the mean of their deliveries.
        """
        return cls(
            rate=2 ** _sum(RATE, affect),
            pitch=_sum(SEMITONES, affect),
            range=2 ** _sum(RANGE, affect),
            level=_sum(DECIBEL, affect),
            pause=2 ** _sum(PAUSE, affect),
            brightness=_sum(BRIGHTNESS_DB, affect),
            formants=2 ** _sum(FORMANTS, affect),
        )


def _sum(slopes: dict[str, float], affect: Affect) -> float:
    at = {"valence": affect.valence, "arousal": affect.arousal, "dominance": affect.dominance}
    return sum(slope * at[axis] for axis, slope in slopes.items())
