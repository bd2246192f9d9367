"""`EchoGuard`: the companion must not be interrupted by its own voice from the loudspeaker."""

from __future__ import annotations

from collections import deque

import numpy as np

from companion.types import Activity, AvatarFrame

LONGEST_DELAY_SEC = 0.45
"""From a frame leaving to its echo in the microphone: jitter buffer, playout, air and capture."""
WINDOW_SEC = 1.1
MARGIN_DB = 6.0
QUIET_DB = -55.0
LOUDEST_COUPLING_DB, SOFTEST_COUPLING_DB = -3.0, -45.0


class EchoGuard:
    """Learns how loud the companion's own voice comes back, and calls nothing speech that is not clearly louder.

    The browser's echo canceller does the real work; this stands behind it where it is missing or still adapting. The
    coupling (peak level at the microphone less peak level played, dB, over windows long enough to hold the unknown
    delay) falls quickly and rises slowly, because other people's voices only ever add to it.
    """

    def __init__(self) -> None:
        self._coupling = -20.0
        self._played: deque[tuple[float, float]] = deque()
        self._heard: deque[tuple[float, float]] = deque()

    def play(self, frame: AvatarFrame) -> None:
        """Note what was sent to the loudspeaker."""
        power = float(np.mean(np.square(frame.audio.samples)))
        self._played.append((frame.time, 10 * float(np.log10(power + 1e-10))))
        _forget(self._played, frame.time - WINDOW_SEC)

    def is_echo(self, activity: Activity) -> bool:
        """Whether this piece of microphone sound is no louder than an echo would be."""
        now = activity.end
        self._heard.append((now, activity.level))
        _forget(self._heard, now - WINDOW_SEC)
        self._learn(now)
        played = _peak(self._played, now - LONGEST_DELAY_SEC, now)
        return played > QUIET_DB and activity.level < played + self._coupling + MARGIN_DB

    def _learn(self, now: float) -> None:
        played = _peak(self._played, now - WINDOW_SEC, now - LONGEST_DELAY_SEC)
        if played < QUIET_DB or now - self._heard[0][0] < LONGEST_DELAY_SEC:
            return
        coupling = _peak(self._heard, now - WINDOW_SEC, now) - played
        coupling = min(LOUDEST_COUPLING_DB, max(SOFTEST_COUPLING_DB, coupling))
        self._coupling += (0.2 if coupling < self._coupling else 0.01) * (coupling - self._coupling)


def _peak(levels: deque[tuple[float, float]], start: float, end: float) -> float:
    return max((level for time, level in levels if start < time <= end), default=-100.0)


def _forget(levels: deque[tuple[float, float]], before: float) -> None:
    while levels and levels[0][0] < before:
        levels.popleft()
