"""`Planner`: which stage, which strategies, which feeling the reply to one turn should have, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from companion.types import EMOTIONS, STRATEGIES, Affect, Message, Plan, Risk, Stage, TextReading, UserTurn
from dialogue.advice import Advice, Exchange
from dialogue.appraising import appraisal, intention, problem, value
from dialogue.bearing import Bearing
from dialogue.events import events
from dialogue.felt import NAMED, NEGATIVE, Felt, felt, soured
from dialogue.rules import Ruling, ruled, wanted
from dialogue.safety import Danger
from dialogue.strategist import Strategist
from dialogue.talk import Talk
from dialogue.topic import topic

ADVISED = 0.5
"""Weight of the strategist's mixture beside the rules', which know what was just said and asked."""
LASTING = 0.6
"""Probability of a heavy mood over the last turns from which one calm sentence does not end it."""
TRUSTED = 0.3
"""Confidence from which a face or a voice may contradict the words."""
HEARD = 24
"""Letters by which a reply is known again, however early it was cut short."""


class Planner:
    """Plans one person's replies: the rules of care bound what may be done, the strategist weighs it.

    The mixtures are pooled in logarithms (Genest and Zidek, 1986); what the rules leave out stays out. Where an act or
    danger leaves no choice the rules stand alone.
    """

    def __init__(self, strategist: Strategist | None = None, bearing: Bearing | None = None) -> None:
        self._strategist = strategist
        self._bearing = bearing or Bearing()
        self._moods: list[Affect] = []
        self._answered: list[tuple[str, str]] = []

    def plan(self, turn: UserTurn, talk: Talk, reading: TextReading, danger: Danger,
             history: Sequence[Message] = ()) -> Plan:  # fmt: skip
        """The plan for the reply to `talk.now`; `reading` is that of its words, `history` what was heard before."""
        feeling = felt(turn.affect, reading.affect, talk)
        if feeling.hidden and not _seen_or_heard(turn):
            feeling = replace(feeling, hidden=False)
        self._moods.append(reading.affect if turn.affect.confidence == 0 else turn.affect)
        advice = self._advice(talk, history)
        if advice is not None:
            feeling = _lasting(feeling, advice, talk)
        talk = soured(talk, feeling.emotion, feeling.certainty)
        ruling = ruled(talk, feeling, danger, _stage(advice, talk))
        mixture, reason, opinions = _weighed(ruling, advice)
        cause, back = talk.now.phrase, 0
        if not cause and talk.sure and feeling.emotion != "neutral":
            cause, back = reading.cause, reading.cause_back
        if not cause and talk.sure and (about := topic(talk.now.text)):
            cause = about.phrase
        return Plan(
            feeling.emotion,
            cause,
            ruling.stage,
            mixture,
            reason,
            self._bearing.next(wanted(feeling, talk, danger), at_once=danger.risk is Risk.CRISIS),
            danger.risk,
            back,
            appraisal(events(talk.now.text), feeling.emotion) if talk.sure else "",
            intention(talk, feeling.emotion),
            problem(talk),
            value(talk) if talk.sure else "",
            opinions,
            feeling.certainty,
        )

    def answered(self, text: str, plan: Plan) -> None:
        """Remember which strategy a reply followed, for the turns after it."""
        self._answered.append((text[:HEARD], plan.strategy))

    def reset(self) -> None:
        """Begin anew with the next person."""
        self._bearing.reset()
        self._moods.clear()
        self._answered.clear()
        if self._strategist is not None:
            self._strategist.forget()

    def _advice(self, talk: Talk, history: Sequence[Message]) -> Advice | None:
        if self._strategist is None:
            return None
        messages = (*history, Message("user", talk.now.text))
        strategies = tuple(self._strategy(message.content) for message in messages if message.role == "assistant")
        return self._strategist.advise(Exchange(messages, strategies, tuple(self._moods)))

    def _strategy(self, said: str) -> str:
        """The strategy of one of our replies as it was heard; empty for a greeting or one of long ago."""
        for start, strategy in reversed(self._answered):
            if said and (said.startswith(start) or start.startswith(said)):
                return strategy
        return ""


def _stage(advice: Advice | None, talk: Talk) -> Stage | None:
    """The strategist's stage, which follows the person; a matter that has just come up is explored first."""
    return None if advice is None or talk.fresh else advice.stage


def _seen_or_heard(turn: UserTurn) -> bool:
    """Whether a face or a voice was read at all; what earlier words left in the fused feeling is neither."""
    return any(name in turn.parts and turn.parts[name].confidence >= TRUSTED for name in ("face", "voice"))


def _lasting(feeling: Felt, advice: Advice, talk: Talk) -> Felt:
    """The feeling, unless one calm turn stands in a mood that has been heavy: then that mood's, fainter."""
    mood = dict(zip(EMOTIONS, advice.mood, strict=True))
    heavy = max(NEGATIVE, key=lambda name: mood[name])
    glad = talk.now.act in {"good_news", "better", "thanks", "greeting", "goodbye"}
    if feeling.emotion != "neutral" or glad or not advice.persistent or sum(mood[n] for n in NEGATIVE) < LASTING:
        return feeling
    # It is not in these words, so it is not named to the person.
    faint = max(feeling.strength, 0.3)
    return replace(feeling, emotion=heavy, strength=faint, certainty=min(mood[heavy], NAMED - 0.01))


def _weighed(ruling: Ruling, advice: Advice | None) -> tuple[tuple[float, ...], str, dict[str, tuple[float, ...]]]:
    """The mixture, the reason for it, and what each part proposed."""
    rules = normalised(ruling.mixture)
    if advice is None or ruling.fixed:
        return rules, ruling.reason, {"rules": rules}
    pooled = [
        own ** (1 - ADVISED) * max(1e-3, other) ** ADVISED if own > 0 else 0.0
        for own, other in zip(rules, advice.mixture, strict=True)
    ]
    mixture = tuple(share / sum(pooled) for share in pooled)
    turned = max(range(len(mixture)), key=mixture.__getitem__) != max(range(len(rules)), key=rules.__getitem__)
    return mixture, advice.reason if turned else ruling.reason, {"rules": rules, **advice.opinions}


def brightened(affect: Affect) -> Affect:
    """The warmer tone of encouragement and questions that follow a reflection."""
    warm = Affect.mixture({"happy": 0.4})
    return replace(affect.blend(warm, 0.5), confidence=1.0)


def normalised(mixture: Mapping[str, float]) -> tuple[float, ...]:
    """A mixture by name as shares in the order of `STRATEGIES`."""
    total = sum(mixture.values())
    return tuple(mixture.get(name, 0.0) / total for name in STRATEGIES)
