"""`Planner`: which stage, which strategies, which feeling the reply to one turn should have, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from companion.types import STRATEGIES, Affect, Plan, Risk, TextReading, UserTurn
from dialogue.appraising import appraisal, intention, problem, value
from dialogue.bearing import Bearing
from dialogue.events import events
from dialogue.felt import felt
from dialogue.rules import ruled, wanted
from dialogue.safety import Danger
from dialogue.talk import Talk


class Planner:
    """Plans one person's replies, from the rules of care and what is read of the turn."""

    def __init__(self, bearing: Bearing | None = None) -> None:
        self._bearing = bearing or Bearing()

    def plan(self, turn: UserTurn, talk: Talk, reading: TextReading, danger: Danger) -> Plan:
        """The plan for the reply to `talk.now`; `reading` is that of its words."""
        feeling = felt(turn.affect, reading.affect, talk)
        ruling = ruled(talk, feeling, danger)
        cause, back = talk.now.phrase, 0
        if not cause and talk.sure and feeling.emotion != "neutral":
            cause, back = reading.cause, reading.cause_back
        return Plan(
            feeling.emotion,
            cause,
            ruling.stage,
            normalised(ruling.mixture),
            ruling.reason,
            self._bearing.next(wanted(feeling, talk, danger), at_once=danger.risk is Risk.CRISIS),
            danger.risk,
            back,
            appraisal(events(talk.now.text), feeling.emotion) if talk.sure else "",
            intention(talk, feeling.emotion),
            problem(talk),
            value(talk) if talk.sure else "",
            {"rules": normalised(ruling.mixture)},
        )

    def reset(self) -> None:
        """Begin anew with the next person."""
        self._bearing.reset()


def brightened(affect: Affect) -> Affect:
    """The warmer tone of encouragement and questions that follow a reflection."""
    warm = Affect.mixture({"happy": 0.4})
    return replace(affect.blend(warm, 0.5), confidence=1.0)


def normalised(mixture: Mapping[str, float]) -> tuple[float, ...]:
    """A mixture by name as shares in the order of `STRATEGIES`."""
    total = sum(mixture.values())
    return tuple(mixture.get(name, 0.0) / total for name in STRATEGIES)
