"""`Gestures`: blinks, nods and shakes of the head in a stream of faces."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Mapping

SHUT, OPEN = 0.6, 0.35
"""Of the cue `eyes_closed`: where a blink begins and where it is over."""
LONGEST_BLINK_SEC = 0.5
"""Eyes shut for longer are closed, not blinking."""
LOOK_BACK_SEC = 1.2
LEAST_RAD = 0.035
"""Least turn (2 degrees) of each half of a nod or shake."""
TURNS = 2
"""Changes of direction that make a nod or a shake: down, up (and maybe again)."""
REST_SEC = 0.8
"""Between two nods: the same movement is told once."""


class Gestures:
    """Feed it one face after the other; it says what was completed with each.

    Nods are told by pitch and shakes by yaw going to and fro, after Kapoor and Picard, "A real-time head nod and shake
    detector" (PUI 2001), with thresholds in place of their hidden Markov models.
    """

    def __init__(self) -> None:
        self._shut_since: float | None = None
        self._turns: deque[tuple[float, float, float]] = deque()
        self._quiet_until = {"nod": 0.0, "shake": 0.0}

    def see(self, time: float, cues: Mapping[str, float], head: tuple[float, float, float]) -> tuple[str, ...]:
        """The gestures that end now: `blink`, `nod`, `shake`; `time` in seconds, `head` pitch, yaw, roll in radians."""
        found = ["blink"] if self._blinked(time, cues["eyes_closed"]) else []
        self._turns.append((time, head[0], head[1]))
        while time - self._turns[0][0] > LOOK_BACK_SEC:
            self._turns.popleft()
        for name, axis, other in (("nod", 1, 2), ("shake", 2, 1)):
            swing = _swing([turn[axis] for turn in self._turns])
            across = _range([turn[other] for turn in self._turns])
            if time >= self._quiet_until[name] and swing > max(LEAST_RAD, across):
                found.append(name)
                self._quiet_until[name] = time + REST_SEC
                self._turns.clear()
                self._turns.append((time, head[0], head[1]))
        return tuple(found)

    def _blinked(self, time: float, closed: float) -> bool:
        if closed >= SHUT:
            if self._shut_since is None:
                self._shut_since = time
            return False
        if closed > OPEN or self._shut_since is None:
            return False
        blinked = time - self._shut_since <= LONGEST_BLINK_SEC
        self._shut_since = None
        return blinked


def _swing(angles: list[float]) -> float:
    """The smaller of the last two movements in opposite directions, in radians; 0 when there were fewer than two."""
    legs: list[float] = []
    for step in (b - a for a, b in itertools.pairwise(angles)):
        if legs and (step >= 0) == (legs[-1] >= 0):
            legs[-1] += step
        else:
            legs.append(step)
    large = [abs(leg) for leg in legs if abs(leg) >= LEAST_RAD]
    return min(large[-TURNS:]) if len(large) >= TURNS else 0.0


def _range(angles: list[float]) -> float:
    return max(angles) - min(angles)
