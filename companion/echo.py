"""`EchoGuard`: the companion must not be interrupted by its own voice from the loudspeaker."""

from __future__ import annotations

from collections import deque

import numpy as np

from companion.types import Activity, AvatarFrame

LONGEST_DELAY_SEC = 0.45
"""From a frame leaving to its echo in the microphone: jitter buffer, playout, air and capture."""
MARGIN_DB = 6.0
QUIET_DB = -55.0
LOUDEST_COUPLING_DB, SOFTEST_COUPLING_DB = -3.0, -45.0


class EchoGuard:
    """Learns how loud the companion's own voice comes back, and calls nothing speech that is not clearly louder.

    The browser's echo canceller does the real work; this stands behind it where it is missing or still adapting. The
    coupling (microphone level less played level, dB) falls quickly and rises slowly, because other people's voices
    only ever add to it.
    """

    def __init__(self) -> None:
        self._coupling = -20.0
        self._played: deque[tuple[float, float]] = deque(maxlen=round(25 * LONGEST_DELAY_SEC) + 2)

    def play(self, frame: AvatarFrame) -> None:
        """Note what was sent to the loudspeaker."""
        power = float(np.mean(np.square(frame.audio.samples)))
        self._played.append((frame.time, 10 * float(np.log10(power + 1e-10))))

    def is_echo(self, activity: Activity) -> bool:
        """Whether this piece of microphone sound is no louder than an echo would be."""
        recent = [level for time, level in self._played if activity.start - LONGEST_DELAY_SEC < time <= activity.end]
        played = max(recent, default=-100.0)
        if played < QUIET_DB:
            return False
        coupling = float(np.clip(activity.level - played, SOFTEST_COUPLING_DB, LOUDEST_COUPLING_DB))
        echo = activity.level < played + self._coupling + MARGIN_DB
        rate = 0.3 if coupling < self._coupling else 0.03 if echo else 0.01
        self._coupling += rate * (coupling - self._coupling)
        return echo
