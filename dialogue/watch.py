"""`Watch`: an eye on the whole session: whether the person feels worse and worse, and how long they have been here."""

from __future__ import annotations

from enum import StrEnum
from statistics import median

from companion.types import UserTurn

TURNS = 6
"""Turns over which a trend is looked for, and at least this many pass before it is spoken of again."""
FALLING = -0.07
"""Median change of valence for each turn from which things get worse; one bad turn moves a median little."""
LOW = -0.3
"""Valence the last turns must lie below: a joyful mood that settles is no worsening."""
SURE = 0.3
BREAK_SEC = 45 * 60
"""A break is suggested after this long, and as long after that again."""


class Sign(StrEnum):
    """What the watch noticed."""

    WORSE = "worse"
    LONG = "long"


class Watch:
    """Looks at each turn of one session.

    After EmoGuard (Qiu et al., "EmoAgent: Assessing and Safeguarding Human-AI Interaction for Mental Health Safety",
    2025), which watches the user's state over a talk; the trend is the Theil-Sen slope of valence over the last turns.
    """

    def __init__(self) -> None:
        self._valences: list[float] = []
        self._begun: float | None = None
        self._rested = self._quiet = 0

    def note(self, turn: UserTurn) -> Sign | None:
        """What is to be said after this turn, if anything; times in seconds on the turn's clock."""
        if self._begun is None:
            self._begun = turn.start
        self._quiet = max(0, self._quiet - 1)
        if turn.affect.confidence >= SURE:
            self._valences = [*self._valences[1 - TURNS :], turn.affect.valence]
            if self._worse() and not self._quiet:
                self._quiet = TURNS
                return Sign.WORSE
        breaks = int((turn.end - self._begun) // BREAK_SEC)
        if breaks > self._rested:
            self._rested = breaks
            return Sign.LONG
        return None

    def unsaid(self, sign: Sign | None) -> None:
        """The sign that `note` gave could not be told in that turn, so it is given again."""
        if sign is Sign.WORSE:
            self._quiet = 0
        elif sign is Sign.LONG:
            self._rested -= 1

    def _worse(self) -> bool:
        felt = self._valences
        if len(felt) < TURNS or median(felt[-3:]) > LOW:
            return False
        slopes = [(felt[j] - felt[i]) / (j - i) for i in range(TURNS) for j in range(i + 1, TURNS)]
        return median(slopes) <= FALLING
