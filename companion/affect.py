"""`Affect`: one continuous description of a feeling, the same from camera to voice and face."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

EMOTIONS = ("neutral", "happy", "sad", "angry", "fear", "disgust", "surprise", "contempt")

# Valence, arousal and dominance of each emotion word, rounded from Russell and Mehrabian,
# "Evidence for a three-factor theory of emotions" (1977); contempt stands between their
# "disdainful" and "scornful", neutral is the origin by definition.
ANCHORS: Mapping[str, tuple[float, float, float]] = {
    "neutral": (0.0, 0.0, 0.0),
    "happy": (0.80, 0.50, 0.45),
    "sad": (-0.65, -0.30, -0.35),
    "angry": (-0.50, 0.60, 0.25),
    "fear": (-0.65, 0.60, -0.45),
    "disgust": (-0.60, 0.35, 0.10),
    "surprise": (0.35, 0.65, -0.15),
    "contempt": (-0.45, 0.05, 0.30),
}


@dataclass(frozen=True, slots=True)
class Affect:
    """A feeling: a distribution over `EMOTIONS` and a point in valence, arousal and dominance.

    `distribution` has 8 probabilities that sum to 1; `valence`, `arousal` and `dominance` lie in
    -1..1; `confidence` lies in 0..1, where 0 means that nothing was observed; `evidence` holds
    short plain sentences that say what the feeling was read from.

    Raises `ValueError` for a distribution of another length or sum, or a value out of range.
    """

    distribution: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    valence: float = 0.0
    arousal: float = 0.0
    dominance: float = 0.0
    confidence: float = 1.0
    evidence: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.distribution) != len(EMOTIONS):
            raise ValueError(f"an Affect needs {len(EMOTIONS)} probabilities, got {len(self.distribution)}")
        if min(self.distribution) < -1e-6 or abs(sum(self.distribution) - 1) > 1e-3:
            raise ValueError(f"the emotion probabilities must be >= 0 and sum to 1, got {self.distribution}")
        for name in ("valence", "arousal", "dominance"):
            if not -1 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must lie in -1..1, got {getattr(self, name)}")
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"confidence must lie in 0..1, got {self.confidence}")

    @classmethod
    def of(cls, emotion: str, strength: float = 1.0, *, confidence: float = 1.0) -> Self:
        """The named emotion at a strength in 0..1, the rest neutral. Raises `ValueError` for another name."""
        return cls.mixture({emotion: strength}, confidence=confidence)

    @classmethod
    def mixture(cls, strengths: Mapping[str, float], *, confidence: float = 1.0, evidence: Sequence[str] = ()) -> Self:
        """A blend of emotions; what the strengths leave of 1 is neutral, and more than 1 is scaled down to 1.

        Valence, arousal and dominance are the mean of `ANCHORS` under the blend.
        """
        for name, strength in strengths.items():
            if name not in EMOTIONS:
                raise ValueError(f"unknown emotion {name!r}; one of: {', '.join(EMOTIONS)}")
            if not 0 <= strength <= 1:
                raise ValueError(f"the strength of {name} must lie in 0..1, got {strength}")
        total = max(1.0, sum(strengths.values()))
        weights = [strengths.get(name, 0.0) / total for name in EMOTIONS]
        weights[0] += 1.0 - sum(weights)
        valence, arousal, dominance = (
            sum(w * ANCHORS[name][axis] for name, w in zip(EMOTIONS, weights, strict=True)) for axis in range(3)
        )
        return cls(tuple(weights), valence, arousal, dominance, confidence, tuple(evidence))

    @classmethod
    def unknown(cls, *evidence: str) -> Self:
        """Nothing observed: neutral at confidence 0, with the reason as evidence."""
        return cls(confidence=0.0, evidence=evidence)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `sad:0.7` or `sad:0.4,fear:0.3` (a bare name means strength 1). Raises `ValueError`."""
        strengths: dict[str, float] = {}
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            name, _, strength = part.partition(":")
            try:
                strengths[name.strip().lower()] = float(strength or 1.0)
            except ValueError:
                raise ValueError(f"{part!r} is not an emotion with a strength, such as sad:0.7") from None
        if not strengths:
            raise ValueError("an affect is written like sad:0.7 or happy:0.5,surprise:0.3")
        return cls.mixture(strengths)

    def __getitem__(self, emotion: str) -> float:
        """The probability of one emotion."""
        return self.distribution[EMOTIONS.index(emotion)]

    @property
    def dominant(self) -> str:
        """The most probable emotion."""
        return EMOTIONS[max(range(len(EMOTIONS)), key=self.distribution.__getitem__)]

    def blend(self, other: Affect, weight: float) -> Affect:
        """Move from this feeling (weight 0) to the other (weight 1); the evidence is that of the nearer one."""
        keep = 1.0 - weight
        return Affect(
            tuple(keep * a + weight * b for a, b in zip(self.distribution, other.distribution, strict=True)),
            keep * self.valence + weight * other.valence,
            keep * self.arousal + weight * other.arousal,
            keep * self.dominance + weight * other.dominance,
            keep * self.confidence + weight * other.confidence,
            other.evidence if weight >= 0.5 else self.evidence,
        )

    def scaled(self, strength: float) -> Affect:
        """The same feeling nearer to neutral (strength < 1) or stronger, up to its limits (strength > 1)."""
        rest = 1.0 - self.distribution[0]
        gain = min(strength, 1.0 / rest) if rest > 0 else 0.0
        weights = [gain * p for p in self.distribution]
        weights[0] = max(0.0, 1.0 - sum(weights[1:]))
        valence, arousal, dominance = (
            max(-1.0, min(1.0, strength * value)) for value in (self.valence, self.arousal, self.dominance)
        )
        return replace(self, distribution=tuple(weights), valence=valence, arousal=arousal, dominance=dominance)
