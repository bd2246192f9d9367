"""`Neutral`: a person's own resting face."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from companion.cues import Gauge, Measures

LEARN_SEC = 2.0
"""The person's own neutral is the median of what is seen in this time..."""
LEARN_FRAMES = 12
"""...and in at least so many pictures."""
LEARN_MOST = 60
GENERIC_TRUST = 0.4
"""Confidence while only the generic neutral is known."""
OWN_RANGE = 0.6
"""An own neutral lies within this share of a full expression: someone may smile at the camera from the start."""
OWN_SHARE = 0.3
"""How much of the difference of a person's resting face is taken for how they are made, and not for what they feel."""
OWN_LOGITS = 1.5
"""The largest difference that is believed."""
Floats = NDArray[np.float32]


class Neutral:
    """The person's own resting face: generic at first, then the running median of the first seconds, then kept."""

    def __init__(self, gauge: Gauge) -> None:
        self._gauge = gauge
        self._seen: list[Measures] = []
        self._logits: list[Floats] = []
        self._start = 0.0
        self._learnt = 0.0
        self.measures = gauge.neutral()

    @property
    def trust(self) -> float:
        """From `GENERIC_TRUST` (only the generic face is known) to 1."""
        return GENERIC_TRUST + (1 - GENERIC_TRUST) * self._learnt

    def learn(self, measures: Measures, logits: Floats, time: float) -> None:
        """Take in one more sight of the face, at a time in seconds; a neutral once learnt stays as it is."""
        if self._learnt >= 1:
            return
        if not self._seen:
            self._start = time
        self._seen = [*self._seen[-LEARN_MOST:], measures]
        self._logits = [*self._logits[-LEARN_MOST:], logits]
        self._learnt = min(1.0, max(0.0, time - self._start) / LEARN_SEC, len(self._seen) / LEARN_FRAMES)
        for name, (generic, full) in self._gauge.generic.items():
            own = float(np.median([seen[name] for seen in self._seen]))
            own = float(np.clip(own, generic - OWN_RANGE * full, generic + OWN_RANGE * full))
            self.measures[name] = (1 - self._learnt) * generic + self._learnt * own

    def cues(self, measures: Measures) -> dict[str, float]:
        """Cues in 0..1 of a face against this neutral."""
        return self._gauge.cues(measures, self.measures)

    def against(self, logits: Floats, usual: Floats) -> Floats:
        """A face's logits less a part of what sets this resting face apart from the `usual` one."""
        if not self._logits:
            return logits
        own = np.median(np.stack(self._logits), axis=0) - usual
        return np.asarray(logits - OWN_SHARE * self._learnt * np.clip(own, -OWN_LOGITS, OWN_LOGITS), np.float32)
