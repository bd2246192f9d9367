"""`Portrayals`: the manner in which people say what they feel, measured, for any feeling in between."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from companion.types import Affect
from voice.manner import PARTS, Manner
from weights.store import WeightsError, load, read


class Portrayals:
    """Differences between acted feelings and the same speaker's neutral voice, split in two.

    What valence, arousal and dominance explain (Schröder et al., "Acoustic correlates of emotion dimensions in view
    of speech synthesis", Eurospeech 2001, found such linear maps) follows the point of an `Affect`; what is left of
    each emotion follows its distribution. So `Affect.of("angry")` is said as the actors did, a blend of feelings as
    the blend of their manners, and a point alone (calm, unsure) still colours the voice.
    """

    def __init__(self, file: str = "") -> None:
        """`file`: what `companion train delivery` wrote; empty: ours. Raises `WeightsError`."""
        held = read(Path(file)) if file else load("portrayals")
        if tuple(held.facts.get("parts", ())) != PARTS:
            raise WeightsError(f"{file or 'portrayals'} holds other parts of a manner than {', '.join(PARTS)}")
        self._slopes = held["slopes"].astype(np.float64)  # 3 x parts
        self._rests = held["rests"].astype(np.float64)  # emotions x parts

    def manner(self, affect: Affect) -> Manner:
        """How the feeling is said against neutral speech."""
        point = np.array((affect.valence, affect.arousal, affect.dominance))
        return Manner.of(point @ self._slopes + np.array(affect.distribution) @ self._rests)


@cache
def portrayals() -> Portrayals:
    """The one that ships."""
    return Portrayals()
