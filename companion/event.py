"""`Event`: one thing that happened in a session, for the page and the trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from companion.types import EMOTIONS, STRATEGIES, Affect, Plan, TextReading

KINDS = ("face", "voice", "words", "affect", "turn", "plan", "clause", "speech", "mark", "error")


@dataclass(frozen=True, slots=True)
class Event:
    """What happened: `t` in seconds on the media clock, one of `KINDS`, and JSON-ready fields.

    | kind | fields |
    |---|---|
    | face, voice | `affect`, `cues`, `note`, `events` |
    | words | `text`, `confidence`, `final` |
    | affect | `fused`, `face`, `voice`, `words`: each an affect |
    | turn | `turn`, `text`, `typed`, `affect`, `start`, `end`, `emotions`, `cause`, `cause_back`, `cues` |
    | plan | `turn`, `emotion`, `cause`, `cause_back`, `appraisal`, `intention`, `problem`, `value`, `stage`,
             `strategy`, `strategies`, `opinions` (each part's strategies), `reason`, `risk`, `target` |
    | clause | `turn`, `text`, `affect` |
    | speech | `turn`, `state` (start, end, interrupted, paused, resumed), `heard` |
    | mark | `name` and its numbers: `response` (`turn`, `response_ms`, `stages`), `barge_in`, `attention` (`state`) |
    | error | `stage`, `message`: one clear line |

    An affect is `{emotions: {name: p}, valence, arousal, dominance, confidence, evidence}`.
    """

    t: float
    kind: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The event as one flat JSON object."""
        return {"t": round(self.t, 4), "kind": self.kind, **self.fields}


Listener = Callable[[Event], None]


def affect_fields(affect: Affect) -> dict[str, Any]:
    """An affect as JSON."""
    return {
        "emotions": {name: round(p, 4) for name, p in zip(EMOTIONS, affect.distribution, strict=True)},
        "valence": round(affect.valence, 4),
        "arousal": round(affect.arousal, 4),
        "dominance": round(affect.dominance, 4),
        "confidence": round(affect.confidence, 4),
        "evidence": list(affect.evidence),
    }


def words_fields(reading: TextReading) -> dict[str, Any]:
    """What was read from the words of a turn, beside their affect, as JSON."""
    return {
        "emotions": {name: round(intensity, 4) for name, intensity in reading.emotions.items()},
        "cause": reading.cause,
        "cause_back": reading.cause_back,
        "cues": {name: round(value, 4) for name, value in reading.cues.items()},
    }


def plan_fields(plan: Plan) -> dict[str, Any]:
    """A plan as JSON."""
    return {
        "emotion": plan.emotion,
        "certainty": round(plan.certainty, 3),
        "cause": plan.cause,
        "cause_back": plan.cause_back,
        "appraisal": plan.appraisal,
        "intention": plan.intention,
        "problem": plan.problem,
        "value": plan.value,
        "stage": str(plan.stage),
        "strategy": plan.strategy,
        "strategies": _mixture(plan.strategies),
        "opinions": {part: _mixture(shares) for part, shares in plan.opinions.items()},
        "reason": plan.reason,
        "risk": str(plan.risk),
        "target": affect_fields(plan.target),
    }


def _mixture(shares: Sequence[float]) -> dict[str, float]:
    return {name: round(share, 4) for name, share in zip(STRATEGIES, shares, strict=True)}
