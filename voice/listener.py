"""`Listener`: what the trained networks make of a stretch of speech by a person whose usual voice is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from companion.types import EMOTIONS
from voice.calibration import Calibration
from voice.contours import contours
from voice.functionals import functionals, measurable
from voice.habit import Habit
from voice.network import VoiceNetwork
from voice.phonation import FRAME_SEC, Phonation
from voice.speaker import Prior, Speaker
from weights.store import Weights

Array = NDArray[np.float32]
LONGEST_SEC = 4.0
"""The networks learnt from sentences of 1 to 5 s; a longer stretch is heard in parts."""
STEPS_A_MINUTE = 3000
MEMORY_MIN = 10.0
"""Speech after which old speech fades from what is usual along a stream: a mood of a whole conversation slowly becomes
the usual, as it does for a listener."""
UTTERANCE_SEC = 2.4
"""The mean length of the utterances that a speaker's statistics were learnt from."""


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """A measured stretch of speech: steps x channels, and its row of statistics."""

    contours: Array
    functionals: Array


class Usual:
    """One person's usual voice, in contours and in functionals, and what is usually thought of it (`habit`)."""

    def __init__(self, of_contours: Speaker, of_functionals: Speaker, habit: Habit) -> None:
        self._contours = of_contours
        self._functionals = of_functionals
        self.habit = habit

    def learn(self, stretch: Stretch, weight: float = 1.0) -> None:
        """Take a stretch into account; overlapping ones with the share of them that is new."""
        self._contours.learn(stretch.contours, weight)
        self._functionals.learn(stretch.functionals[None], weight)

    def deviation(self, stretch: Stretch) -> Stretch:
        """The stretch in standard deviations from the usual."""
        return Stretch(
            self._contours.deviation(stretch.contours), self._functionals.deviation(stretch.functionals[None])[0]
        )


class Listener:
    """Networks, their calibration and how people sound at large: fixed, for any number of speakers."""

    def __init__(self, weights: Weights) -> None:
        facts = weights.facts
        self.labels: tuple[str, ...] = tuple(facts["labels"])
        self._calibration = Calibration.stored(facts, self.labels)
        self._network = VoiceNetwork(weights)
        self._contours, self._functionals = (
            Prior(weights[f"{name}_mean"], weights[f"{name}_deviation"], float(facts[f"{name}_weight"]))
            for name in ("contours", "functionals")
        )

    def newcomer(self, memory_min: float = np.inf) -> Usual:
        """The usual voice of someone not heard yet: that of everybody."""
        utterances = memory_min * 60 / UTTERANCE_SEC
        return Usual(
            Speaker(self._contours, memory_min * STEPS_A_MINUTE),
            Speaker(self._functionals, utterances),
            Habit(self._calibration.usual, self.labels, utterances),
        )

    def impression(self, stretch: Stretch, usual: Usual) -> Array:
        """Log probabilities of `labels` as the networks give them; what a person's habit is learnt from."""
        away = usual.deviation(stretch)
        return self._network.opinion(away.contours, away.functionals)

    def opinion(self, impression: Array, usual: Usual) -> Array:
        """Log probabilities of `labels`, freed of the person's habit and calibrated."""
        return self._calibration.applied(usual.habit.freed(impression))

    def distribution(self, opinion: Array) -> tuple[float, ...]:
        """Log probabilities of `labels` as a distribution over `EMOTIONS`; a feeling it never heard of gets nothing."""
        chances = dict(zip(self.labels, np.exp(opinion - opinion.max()).tolist(), strict=True))
        total = sum(chances.values())
        return tuple(chances.get(name, 0.0) / total for name in EMOTIONS)


def stretches(frames: Phonation) -> Iterator[Stretch]:
    """The measurable parts of a recording, none longer than `LONGEST_SEC`, of equal length."""
    parts = max(1, int(np.ceil(len(frames) * FRAME_SEC / LONGEST_SEC)))
    edges = np.linspace(0, len(frames), parts + 1).astype(int)
    for start, end in pairwise(edges.tolist()):
        part = frames.part(start, end)
        if measurable(part):
            yield Stretch(contours(part), functionals(part))
