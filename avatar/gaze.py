"""`Look`: where the eyes go, when they jump, and what follows them.

This is the one place that ties the gaze angles to the `eyeLook` blend shapes (`eye_look`), so that a renderer may use
either and never both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from avatar.blendshapes import columns
from avatar.noise import smooth
from companion.types import Attention

EYE_RANGE_RAD = 0.6
"""An `eyeLook` shape of 1 is an eye turned by this much (about 35 degrees, the comfortable limit of the eye)."""
LOOK = columns(
    "eyeLookOutLeft", "eyeLookInRight", "eyeLookInLeft", "eyeLookOutRight",
    "eyeLookDownLeft", "eyeLookDownRight", "eyeLookUpLeft", "eyeLookUpRight",
)  # fmt: skip
_SIDES = np.array([[1, 1, -1, -1, 0, 0, 0, 0], [0, 0, 0, 0, 1, 1, -1, -1]]) / EYE_RANGE_RAD

PAGE_SEC = 30.0
# Eyes, eyes, mouth: the triangle a listener's gaze walks on a face 0.7 m away (Yarbus, "Eye movements and vision",
# 1967). Yaw, pitch in radians from straight ahead; drawn inwards, for the user sees them from a lens above the face.
TRIANGLE_RAD = ((0.028, -0.008), (-0.028, -0.008), (0.0, 0.036))
FIXATION_SEC = 0.9
FIXATION_SPREAD = 0.55


@dataclass(frozen=True, slots=True)
class Habit:
    """How often (mean `pause_sec` on the user) and how long the eyes leave the user, and how far aside, up, down."""

    pause_sec: float
    away_sec: float
    aside_rad: float
    up_rad: float
    down_rad: float
    blink: float


# Speakers look at listeners less than listeners at speakers, and away when they plan (Kendon, "Some functions of
# gaze-direction in social interaction", 1967); when thinking, people look up and aside (Glenberg et al., 1998).
HABITS: Mapping[Attention, Habit] = {
    Attention.IDLE: Habit(6.0, 1.3, 0.26, 0.08, 0.12, 0.5),
    Attention.LISTENING: Habit(11.0, 0.7, 0.16, 0.05, 0.10, 0.5),
    Attention.THINKING: Habit(0.7, 1.8, 0.32, 0.20, 0.03, 0.35),
    Attention.SPEAKING: Habit(5.5, 0.9, 0.20, 0.08, 0.10, 0.5),
}
HEAD_SHARE = 0.35
"""The part of a long look aside that the head takes over (Freedman, "Coordination of the eyes and head", 2008)."""
HEAD_SEC = 0.45


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """Gaze in the room (T x 2: yaw, pitch; 0 is the user), the head's part in it (T x 2), and the starts of the
    blinks about these times that hide its long jumps."""

    gaze: NDArray[np.float64]
    head: NDArray[np.float64]
    blinks: NDArray[np.float64]


def eye_look(angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gaze yaw and pitch (T x 2, radians, signs as in `CHANNELS`) as the T x 8 shapes of the columns `LOOK`."""
    return np.asarray(np.minimum(np.maximum(angles @ _SIDES, 0.0), 1.0))


def look(seed: int, attention: Attention, times: NDArray[np.float64]) -> Look:
    """Where the eyes rest at `times`: fixations joined by saccades, whose time grows with their size."""
    first, last = int(times.min() // PAGE_SEC), int(times.max() // PAGE_SEC)
    if first == last:
        starts, seconds, points, heads, blinks = _page(seed, attention, first)
    else:
        pages = [_page(seed, attention, page) for page in range(first, last + 1)]
        starts, seconds, points, heads, blinks = (np.concatenate(parts) for parts in zip(*pages, strict=True))
    index = np.maximum(np.searchsorted(starts, times, side="right") - 1, 0)
    since = times - starts[index]
    jump = np.minimum(np.maximum(since / seconds[index], 0.0), 1.0)[:, None]
    turn = smooth(since / HEAD_SEC)[:, None]
    gaze, head = points[index], heads[index]
    return Look(
        gaze[:, 0] + (gaze[:, 1] - gaze[:, 0]) * jump,
        head[:, 0] + (head[:, 1] - head[:, 0]) * turn,
        blinks[(blinks > times.min() - 1.0) & (blinks < times.max())],
    )


Page = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


@lru_cache(maxsize=1024)
def _page(seed: int, attention: Attention, page: int) -> Page:
    """Half a minute of F fixations: starts, seconds of the saccade to each, the gaze before and at it (F x 2 x 2: yaw,
    pitch), the head's part before and at it (the same), and the starts of blinks.
    """
    rows, blinks = _fixations(seed, attention, page)
    table = np.array(rows)
    points, away = table[:, 1:3], table[:, 3:]
    pairs = np.stack([np.vstack([points[:1], points[:-1]]), points], axis=1)
    heads = HEAD_SHARE * points * away
    followed = np.stack([np.vstack([heads[:1], heads[:-1]]), heads], axis=1)
    jump = pairs[:, 1] - pairs[:, 0]
    # The main sequence: 2.2 ms a degree and 21 ms (Bahill, Clark and Stark, "The main sequence", 1975).
    seconds = 0.021 + 0.126 * np.hypot(jump[:, 0], jump[:, 1])
    offset = page * PAGE_SEC
    return table[:, 0] + offset, seconds, pairs, followed, np.array(blinks) + offset


def _fixations(
    seed: int, attention: Attention, page: int
) -> tuple[list[tuple[float, float, float, float]], list[float]]:
    """Rows of start, yaw, pitch and whether away from the user, counted from the page's start; and starts of blinks."""
    habit = HABITS[attention]
    random = np.random.default_rng((seed & 0xFFFFFFFF, page & 0xFFFFFFFF, 2, list(Attention).index(attention)))
    at, side = 0.0, 1.0 if random.uniform() < 0.5 else -1.0
    leave = habit.pause_sec * random.gamma(3.0, 1 / 3)
    rows: list[tuple[float, float, float, float]] = []
    blinks: list[float] = []
    corner = 0
    while at < PAGE_SEC:
        if at >= leave and at < PAGE_SEC - 3.0:  # a page begins and ends on the user
            side = -side if random.uniform() < 0.6 else side
            aside = side * habit.aside_rad * random.uniform(0.6, 1.2)
            height = random.uniform(-habit.up_rad, habit.down_rad)
            rows.append((at, aside, height, 1.0))
            if random.uniform() < habit.blink:
                blinks.append(at - 0.04)
            at += max(HEAD_SEC, habit.away_sec * float(np.exp(0.35 * random.standard_normal())))
            leave = at + habit.pause_sec * random.gamma(3.0, 1 / 3)
            continue
        corner = (corner + int(random.integers(1, 3))) % 3
        rows.append((at, *TRIANGLE_RAD[corner], 0.0))
        seconds = FIXATION_SEC * float(np.exp(FIXATION_SPREAD * np.clip(random.standard_normal(), -2.0, 2.0)))
        at = min(at + seconds, max(leave, at + 0.25))
    return rows, blinks
