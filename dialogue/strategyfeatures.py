"""`Moment`: a talk at the point where the supporter has to choose, as the features of the strategy model."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from companion.types import EMOTIONS, Affect
from dialogue.advice import USER, Exchange
from dialogue.esconv import FOLDED, folded
from dialogue.feeling import NEGATIVE
from dialogue.hearing import CUES, WIDTH, Heard, Hearing
from dialogue.mood import Mood, negativity, persistent
from dialogue.stages import UserState

Floats = NDArray[np.float32]
BACK = 3
"""Earlier strategies that are told one by one."""
FADING = 3.0
"""Supporter's turns over which the memory of a strategy fades to a third."""
DISTRESS = 0.5
"""Filtered share of unpleasant feelings from which a user is in distress, where this turn speaks of them too."""
FAREWELL, THANKS, ADVICE, TURNED, FEELING, DOUBT, AGREEING, GREETING = range(len(CUES))
_BAD = np.array([name in NEGATIVE for name in EMOTIONS], np.float32)
_NOTHING = np.zeros(WIDTH, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """One talk up to a decision: its messages read, and whose each is.

    `strategies` are places in `FOLDED` of the supporter's messages, -1 for unknown; `course` are the user's filtered
    feelings (user's turns x 8) and `states` what they did with each turn.
    """

    own: tuple[bool, ...]
    heard: tuple[Heard, ...]
    strategies: tuple[int, ...]
    course: NDArray[np.float64]
    states: tuple[UserState, ...]

    @classmethod
    def of(cls, exchange: Exchange, hearing: Hearing, mood: Mood) -> Moment:
        """Read an exchange."""
        own = tuple(message.role == USER for message in exchange.messages)
        heard = tuple(hearing.hear(message.content) for message in exchange.messages)
        theirs = [each for each, mine in zip(heard, own, strict=True) if mine]
        readings, sure = _readings(theirs, exchange.moods)
        course = mood.course(readings, sure)
        count = len(own) - len(theirs)
        named = exchange.strategies[max(0, len(exchange.strategies) - count) :]
        strategies = (*[-1] * (count - len(named)), *(folded(name) for name in named))
        return cls(own, heard, strategies, course, _states(theirs, course))

    @property
    def user(self) -> list[Heard]:
        """The user's messages."""
        return [each for each, own in zip(self.heard, self.own, strict=True) if own]

    @property
    def supporter(self) -> list[Heard]:
        """The supporter's messages."""
        return [each for each, own in zip(self.heard, self.own, strict=True) if not own]

    @property
    def state(self) -> UserState:
        """What the user did last."""
        return self.states[-1] if self.states else UserState.OPENING

    @property
    def persistent(self) -> bool:
        """Whether the user has felt bad for a while."""
        return persistent(self.course)

    def features(self) -> Floats:
        """The features (columns,): strategies so far, place in the talk, what was said last, what was said at all."""
        run = next((back for back, own in enumerate(reversed(self.own)) if own), len(self.own))
        last = [each.values for each in self.user[-1:]] or [_NOTHING]
        before = [each.values for each in self.supporter[-1:]] or [_NOTHING]
        return np.concatenate([self._history(), self._place(run), *last, *before, self._cues(run)])

    def outlook_state(self) -> Floats:
        """What a change of the user's feeling depends on beside the strategy (5,)."""
        valences = [each.valence for each in self.user[-2:]]
        now, earlier = (valences[-1], valences[0]) if valences else (0.0, 0.0)
        heavy = float(negativity(self.course)[-1]) if len(self.course) else 0.5
        return np.array([1.0, now, earlier, heavy, np.log1p(len(self.strategies)) / 3], np.float32)

    def _history(self) -> Floats:
        size = len(FOLDED)
        latest = np.zeros((BACK, size + 1), np.float32)
        for back in range(BACK):
            latest[back, self.strategies[-1 - back] if back < len(self.strategies) else size] = 1
        counts, fresh = np.zeros(size, np.float32), np.zeros(size, np.float32)
        for back, place in enumerate(reversed(self.strategies)):
            if place >= 0:
                counts[place] += 1
                fresh[place] = max(fresh[place], np.exp(-back / FADING))
        history = [latest.ravel(), np.log1p(counts), counts / max(1.0, counts.sum()), counts > 0, fresh]
        told: Floats = np.concatenate(history).astype(np.float32)
        return told

    def _place(self, run: int) -> Floats:
        said, told = len(self.strategies), len(self.states)
        length = sum(each.length for each in self.user)
        edges = (0, 1, 2, 3, 4, 6, 9, 13, 10_000)
        return np.array(
            [
                np.log1p(said), *(low <= said < high for low, high in itertools.pairwise(edges)),
                min(said, 20) / 10, run > 0, run > 1, not self.own, np.log1p(told), np.log1p(length) / 3,
                np.log1p(length / max(1, told)),
            ],
            np.float32,
        )  # fmt: skip

    def _cues(self, run: int) -> Floats:
        user, supporter, nothing = self.user, self.supporter, np.zeros(len(CUES), np.float32)
        now = user[-1].cues if user and not run else nothing
        last = supporter[-1].cues if supporter else nothing
        told = np.sum([each.cues for each in user], axis=0) if user else nothing
        said = np.sum([each.cues for each in supporter], axis=0) if supporter else nothing
        own = [each.length for each in user] or [0]
        other = [each.length for each in supporter] or [0]
        asked = sum(each.asks for each in supporter)
        rest = [
            np.log1p(np.mean(other)), np.log1p(other[-1]), np.log1p(np.mean(own)), np.log1p(np.mean(own[-3:])), asked,
            asked / max(1, len(supporter)), now[FAREWELL] * last[FAREWELL], told[FAREWELL] > 1, told[THANKS] > 0,
            said[FAREWELL] > 0, np.log1p(own[-1]) - np.log1p(np.mean(own)), len(user) > len(supporter),
        ]  # fmt: skip
        all_told = [now, last, np.minimum(told, 3) / 2, np.minimum(said, 3) / 2, np.array(rest)]
        cues: Floats = np.concatenate(all_told).astype(np.float32)
        return cues


def _readings(theirs: Sequence[Heard], moods: Sequence[Affect]) -> tuple[list[NDArray[np.float64]], list[float]]:
    """The feeling of each user's turn and its confidence: as fused where that is known, else of the words."""
    known = moods[max(0, len(moods) - len(theirs)) :]
    alone = theirs[: len(theirs) - len(known)]
    readings = [np.asarray(each.feeling, np.float64) for each in alone] + [np.array(m.distribution) for m in known]
    return readings, [each.confidence for each in alone] + [each.confidence for each in known]


def _states(theirs: Sequence[Heard], course: NDArray[np.float64]) -> tuple[UserState, ...]:
    heavy = negativity(course)
    return tuple(_state(each, float(share), at) for at, (each, share) in enumerate(zip(theirs, heavy, strict=True)))


def _state(heard: Heard, heavy: float, at: int) -> UserState:
    cues = heard.cues > 0
    if heard.act == "goodbye" or cues[FAREWELL]:
        return UserState.LEAVING
    if at == 0 and heard.length <= 6 and (cues[GREETING] or heard.act in {"greeting", "fine"}):
        return UserState.OPENING
    if heard.act == "advice" or cues[ADVICE]:
        return UserState.ASKING
    spoken = float(heard.feeling @ _BAD)
    if heard.act in {"better", "good_news", "thanks"} or ((cues[AGREEING] or cues[THANKS]) and spoken < DISTRESS):
        return UserState.RELIEVED
    return UserState.DISTRESSED if heavy >= DISTRESS and spoken >= 0.3 else UserState.TELLING
