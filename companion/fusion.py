"""`Fusion`: face, voice and words to one feeling."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from companion.steady import Steady
from companion.types import EMOTIONS, Affect, FaceReading, VoiceReading

# Seconds after which a reading counts half: a face changes with every word, a voice with a phrase, and words colour
# what comes after them.
HALF_LIFE_SEC = {"face": 1.5, "voice": 4.0, "words": 20.0}
# How far each reader is believed at full confidence: words say most about what is felt, a still face says little.
RELIABILITY = {"face": 0.8, "voice": 0.6, "words": 1.0}
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
    """Log-linear pooling of the newest reading of each kind, weighted by confidence, reliability and age, and steadied.

    Logarithmic opinion pool: Genest and Zidek, "Combining probability distributions" (1986). Any part may be missing.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget every reading."""
        self._parts: dict[str, _Part] = {}
        self._steady = Steady()
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
        if pooled.confidence == 0:
            # Losing sight of a feeling is no sign of calm: it stays what it was and is only less sure.
            pooled = replace(self._steady.shown, confidence=0.0, evidence=())
        shown = self._steady.follow(pooled, elapsed)
        if pooled.confidence == 0 and shown.confidence < FAINT:
            self._steady.reset()
        return self._steady.shown

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
    """One line where parts clearly point opposite ways, such as: smiling, but the words are sad."""
    clear = {name: part for name, part in parts.items() if part.confidence > 0.15 and abs(part.valence) > 0.12}
    bright = {name: part for name, part in clear.items() if part.valence > 0}
    heavy = {name: part for name, part in clear.items() if part.valence < 0}
    if not bright or not heavy:
        return ()
    apart = max(part.valence for part in bright.values()) - min(part.valence for part in heavy.values())
    if apart < APART:
        return ()
    return (f"{_told(bright)}, but {_told(heavy)}",)


def _told(parts: dict[str, Affect]) -> str:
    return " and ".join(_TOLD[name](part) for name, part in parts.items())


def _words_told(part: Affect) -> str:
    return f"the words are {_ADJECTIVES[_strongest(part)]}"


def _face_told(part: Affect) -> str:
    return part.evidence[0] if part.evidence else f"the face looks {_ADJECTIVES[_strongest(part)]}"


def _voice_told(part: Affect) -> str:
    said = part.evidence[0] if part.evidence else ""
    if said.startswith("voice ") and said != "voice as usual":
        return f"the voice is {said.removeprefix('voice ')}"
    return f"the voice sounds {_ADJECTIVES[_strongest(part)]}"


_TOLD: Mapping[str, Callable[[Affect], str]] = {"face": _face_told, "voice": _voice_told, "words": _words_told}
_ADJECTIVES: Mapping[str, str] = {
    "neutral": "calm", "happy": "glad", "sad": "sad", "angry": "angry", "fear": "afraid", "disgust": "put off",
    "surprise": "surprised", "contempt": "dismissive",
}  # fmt: skip


def _strongest(part: Affect) -> str:
    """The most probable feeling that is one: a part that counts as bright or heavy is not called calm."""
    return max(EMOTIONS[1:], key=lambda name: part[name])
