"""`Steady`: a feeling that follows real changes at once and does not flicker between them."""

from __future__ import annotations

import math
from dataclasses import replace

from companion.affect import Affect

FAST_SEC = 0.3
"""Time constant of what is going on now: a few readings."""
SLOW_SEC = 2.5
"""Time constant of what is shown while nothing speaks for a change."""
CATCH_SEC = 0.25
"""Time constant with which what is shown catches up after a change."""
SLACK = 0.2
"""Distance between the two that noise explains."""
ALARM_SEC = 0.04
"""Excess over the slack, times its duration, that makes it a change."""

STEP_SEC, MOST_STEPS = 0.05, 100


class Steady:
    """Two exponential filters and a change detector between them.

    What is shown moves slowly until the distance to what is going on has been above the slack for long enough: a
    cumulative sum (Page, "Continuous inspection schemes", Biometrika 1954). One filter alone either lags behind a
    step or lets readings that waver between two feelings through.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget what was shown."""
        self._now = self._shown = Affect.unknown()
        self._excess = 0.0
        self._catching = False

    @property
    def shown(self) -> Affect:
        """The feeling now; its confidence is that of what is going on."""
        return self._shown

    def follow(self, affect: Affect, elapsed: float) -> Affect:
        """Take the newest feeling, `elapsed` seconds (>= 0) after the one before; what is shown now."""
        if self._shown.confidence == 0:
            self._now = self._shown = affect
            self._excess, self._catching = 0.0, False
            return affect
        # In short steps, so that the pace of asking does not change the answer.
        steps = min(MOST_STEPS, math.ceil(elapsed / STEP_SEC))
        for _ in range(steps):
            self._step(affect, elapsed / steps)
        self._shown = replace(self._shown, confidence=self._now.confidence, evidence=affect.evidence)
        return self._shown

    def _step(self, affect: Affect, elapsed: float) -> None:
        self._now = self._now.blend(affect, _gain(elapsed, FAST_SEC))
        apart = distance(self._now, self._shown)
        self._excess = max(0.0, self._excess + (apart - SLACK) * elapsed)
        if self._excess > ALARM_SEC:
            self._catching = True
        if self._catching and apart < SLACK / 3:  # caught up
            self._excess, self._catching = 0.0, False
        self._shown = self._shown.blend(self._now, _gain(elapsed, CATCH_SEC if self._catching else SLOW_SEC))


def distance(one: Affect, other: Affect) -> float:
    """How far two feelings are apart (0..1): total variation of the distributions, or half the largest axis' change."""
    variation = sum(abs(a - b) for a, b in zip(one.distribution, other.distribution, strict=True)) / 2
    axes = ("valence", "arousal", "dominance")
    return max(variation, *(abs(float(getattr(one, axis)) - float(getattr(other, axis))) / 2 for axis in axes))


def _gain(elapsed: float, constant: float) -> float:
    return -math.expm1(-elapsed / constant)
