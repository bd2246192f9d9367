"""`Fusion`: face, voice and words to one feeling."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from companion.types import EMOTIONS, Affect, FaceReading, VoiceReading

# Seconds after which a reading counts half: a face changes with every word, a voice with a phrase, and words colour
# what comes after them.
HALF_LIFE_SEC = {"face": 1.5, "voice": 4.0, "words": 20.0}
# How far each reader is believed at full confidence: words say most about what is felt, a still face says little.
RELIABILITY = {"face": 0.8, "voice": 0.6, "words": 1.0}
SMOOTHING_SEC = 0.45
"""Time constant of the filter: a real change is 96 % there after 1.5 s, a single odd reading barely shows."""
FLOOR = 0.02
"""Least probability in the pool, so that one reader cannot veto what the others see."""
FAINT = 0.04
"""Confidence below which nothing is said about a part."""
APART = 0.45
"""Difference in valence from which two parts are said to disagree."""


@dataclass(frozen=True, slots=True)
class _Part:
    affect: Affect
    time: float


class Fusion:
    """Log-linear pooling of the newest reading of each kind, weighted by confidence, reliability and age, and smoothed.

    Logarithmic opinion pool: Genest and Zidek, "Combining probability distributions" (1986). Any part may be missing.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget every reading."""
        self._parts: dict[str, _Part] = {}
        self._smooth = Affect.unknown()
        self._time = 0.0

    def update(self, reading: FaceReading | VoiceReading) -> None:
        """Take a new reading of the face or the voice; one that saw or heard nothing leaves the last to fade."""
        if isinstance(reading, FaceReading):
            self._take("face", reading.affect, reading.time)
        else:
            self._take("voice", reading.affect, reading.end)

    def update_words(self, affect: Affect, time: float) -> None:
        """Take the feeling of what was just said; words that say nothing of it leave the last to fade."""
        self._take("words", affect, time)

    def parts(self, now: float) -> dict[str, Affect]:
        """Each part ("face", "voice", "words") as it counts now: confidence fades with age, at last to unknown."""
        return {name: self._faded(name, now) for name in HALF_LIFE_SEC}

    def affect(self, now: float) -> Affect:
        """The fused feeling at a time that does not run backwards; unknown while nothing was observed."""
        pooled = _pool(self.parts(now))
        elapsed = max(0.0, now - self._time)
        self._time = max(self._time, now)
        if self._smooth.confidence == 0:
            self._smooth = pooled
            return pooled
        if pooled.confidence == 0:
            # Losing sight of a feeling is no sign of calm: it stays what it was and is only less sure.
            pooled = replace(self._smooth, confidence=0.0, evidence=())
        smooth = self._smooth.blend(pooled, 1 - math.exp(-elapsed / SMOOTHING_SEC))
        gone = pooled.confidence == 0 and smooth.confidence < FAINT
        self._smooth = Affect.unknown() if gone else replace(smooth, evidence=pooled.evidence)
        return self._smooth

    def _take(self, name: str, affect: Affect, time: float) -> None:
        if affect.confidence > 0:
            self._parts[name] = _Part(affect, time)

    def _faded(self, name: str, now: float) -> Affect:
        part = self._parts.get(name)
        if part is None:
            return Affect.unknown()
        fade = 0.5 ** (max(0.0, now - part.time) / HALF_LIFE_SEC[name])
        confidence = part.affect.confidence * fade
        return replace(part.affect, confidence=confidence) if confidence >= FAINT else Affect.unknown()


def _pool(parts: dict[str, Affect]) -> Affect:
    weights = {name: RELIABILITY[name] * part.confidence for name, part in parts.items()}
    total = sum(weights.values())
    if total == 0:
        return Affect.unknown()
    logs = [
        sum(weights[name] * math.log(max(FLOOR, part.distribution[i])) for name, part in parts.items()) / total
        for i in range(len(EMOTIONS))
    ]
    highest = max(logs)
    scores = [math.exp(value - highest) for value in logs]
    whole = sum(scores)
    valence, arousal, dominance = (
        sum(weights[name] * getattr(part, axis) for name, part in parts.items()) / total
        for axis in ("valence", "arousal", "dominance")
    )
    # Independent observers: the chance that all of them miss.
    confidence = 1 - math.prod(1 - weight for weight in weights.values())
    distribution = tuple(score / whole for score in scores)
    return Affect(distribution, valence, arousal, dominance, min(1.0, confidence), _evidence(parts))


def _evidence(parts: dict[str, Affect]) -> tuple[str, ...]:
    seen = {name: part for name, part in parts.items() if part.confidence > 0 and part.evidence}
    lines = [f"{name}: {', '.join(part.evidence)}" for name, part in seen.items()]
    return (*_disagreement(parts), *lines)


def _disagreement(parts: dict[str, Affect]) -> Sequence[str]:
    clear = sorted(
        ((part.valence, name) for name, part in parts.items() if part.confidence > 0.15 and abs(part.valence) > 0.12)
    )
    if len(clear) < 2 or clear[-1][0] - clear[0][0] < APART:
        return ()
    (low, sad), (high, glad) = clear[0], clear[-1]
    if low > 0 or high < 0:
        return ()
    verbs = {"face": "the face looks", "voice": "the voice sounds", "words": "the words are"}
    return (f"{verbs[glad]} bright, but {verbs[sad]} heavy",)
