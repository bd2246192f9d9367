"""`RulesAnimator`: speech and feeling to motion, by the rules of phonetics and of facial action."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from avatar import blinks, gaze, posture
from avatar.articulation import seal, speak
from avatar.blendshapes import INDEX, columns
from avatar.coarticulation import Lips, coarticulate
from avatar.listening import answer
from avatar.liveliness import LIFE_HZ, enliven
from avatar.loudness import frames_of, guess, loudness
from avatar.noise import Noise
from avatar.transition import settle
from companion.types import BLENDSHAPES, CHANNELS, FPS, FRAME_SEC, Affect, Motion, Window

LEAD_SEC = 0.045
"""Mouths move before they are heard: half a frame for the middle of its picture, and 25 ms (Chandrasekaran et al.,
"The natural statistics of audiovisual speech", 2009)."""
BROW_BEAT = 0.10
"""How far the brows rise with a stressed syllable."""
AWAY_SEC = 0.35
"""How long into their first words speakers still look away."""
SAME = 1e-6
"""A difference from the motion shown before that is rounding alone."""

_SHAPES = len(BLENDSHAPES)
_HEAD = slice(INDEX["headPitch"], INDEX["headRoll"] + 1)
_GAZE = slice(INDEX["gazeYaw"], INDEX["gazePitch"] + 1)
_YAW_PITCH = [INDEX["headYaw"], INDEX["headPitch"]]
_BLINK, _WIDE, _SQUINT = columns("eyeBlink"), columns("eyeWide"), columns("eyeSquint")
_BROWS_UP = columns("browInnerUp", "browOuterUp")
_NOISE = Noise(0, (*LIFE_HZ, *posture.WAVES_HZ))


class RulesAnimator:
    """Phones, sound and feeling to motion by published rules; needs no weights and no memory.

    Every frame is a function of the seed, the time, the window and the frame before, so one animator serves any
    number of streams, and a timeline is the same however it is cut into windows.
    """

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def animate(self, window: Window, affect: Affect, last: Motion | None) -> Motion:
        """Exactly `window.frames` frames that go on from `last`, the motion shown just before (None at the start).

        Raises `ValueError` for no frames, times, sound or motion that are not finite, sound that does not cover the
        frames, or a `last` without frames or of another rate.
        """
        before = _check(window, last)
        now = window.start + np.arange(window.frames) / FPS
        times = np.concatenate([now - FRAME_SEC, now])
        lips, level = _lips(window, times - window.start)
        rows = self._targets(window, affect, times, (lips, level))
        shown = np.empty((window.frames, len(CHANNELS)))
        for i in range(window.frames):
            difference = np.zeros(len(CHANNELS)) if before is None else before - rows[i]
            if window.audio is None and np.abs(difference).max() < SAME:
                shown[i:] = rows[window.frames + i :]
                break
            row = rows[window.frames + i]
            row += settle(difference, hold_gaze=_beginning(window, i * FRAME_SEC))
            face = row[:_SHAPES]
            np.minimum(np.maximum(face, 0.0, out=face), 1.0, out=face)
            at = slice(window.frames + i, window.frames + i + 1)
            seal(rows[at], lips.closed[at], lips.bitten[at])
            before = shown[i] = row
        return Motion(_relative(shown).astype(np.float32))

    def _targets(
        self, window: Window, affect: Affect, times: NDArray[np.float64], speech: tuple[Lips, NDArray[np.float64]]
    ) -> NDArray[np.float64]:
        """The motion asked for at `times` (T x 57) were nothing to go on from; gaze is still that in the room."""
        lips, level = speech
        relative = times - window.start
        waves = _NOISE.waves(self.seed, times)
        if window.phones or window.audio is None:
            accents = posture.beats(window.phones, relative + LEAD_SEC) * (0.4 + 0.6 * level)
        else:
            accents = level**2
        accents *= (1.0 + 0.5 * affect.arousal) * min(1.0, 0.5 + 0.5 * window.expressiveness)
        eyes = gaze.look(self.seed, window.attention, times)
        rows = np.zeros((len(times), len(CHANNELS)))
        face = rows[:, :_SHAPES]
        face += answer(affect, window.user, window.attention, window.expressiveness)
        enliven(face, waves[: len(LIFE_HZ)], window.expressiveness)
        face[:, _BROWS_UP] += BROW_BEAT * accents[:, None]
        if lips.talking.any():
            speak(face, lips, (0.8 + 0.35 * level) * (1.0 + 0.15 * affect.arousal))
        ends = blinks.at_phrase_ends(self.seed, window.phones, window.start)
        self._blink(face, times, affect, np.concatenate([eyes.blinks, ends]))
        np.minimum(np.maximum(face, 0.0, out=face), 1.0, out=face)
        head = rows[:, _HEAD]
        head += posture.roam(waves[len(LIFE_HZ) :], times, affect, window.attention)
        head += posture.hold(affect, window.attention, window.expressiveness)
        head[:, 0] += posture.BEAT_RAD * accents
        for nod in window.nods:
            head[:, 0] += posture.nod(relative - nod)
        head[:, :2] += eyes.head[:, ::-1]
        rows[:, _GAZE] = eyes.gaze
        return rows

    def _blink(
        self, face: NDArray[np.float64], times: NDArray[np.float64], affect: Affect, more: NDArray[np.float64]
    ) -> None:
        starts, depths = blinks.spontaneous(self.seed, times, affect.arousal)
        if not len(starts) + len(more):
            return
        starts, depths = np.concatenate([starts, more]), np.concatenate([depths, np.ones(len(more))])
        shut = blinks.lids(starts, depths, times)[:, None]
        face[:, _BLINK] += (1.0 - face[:, _BLINK]) * shut
        face[:, _WIDE] *= 1.0 - shut
        face[:, _SQUINT] *= 1.0 - 0.5 * shut


def _check(window: Window, last: Motion | None) -> NDArray[np.float64] | None:
    """The frame to go on from, its gaze turned from the head to the room."""
    if window.frames < 1:
        raise ValueError(f"a window needs at least one frame, got {window.frames}")
    if not all(map(math.isfinite, (window.start, window.expressiveness, *window.nods))):
        raise ValueError("the window's start, expressiveness and nods must be finite numbers")
    if last is None:
        return None
    if last.channels.ndim != 2 or last.channels.shape[0] < 1 or last.channels.shape[1] != len(CHANNELS):
        raise ValueError(f"the motion to go on from must be frames x {len(CHANNELS)}, got {last.channels.shape}")
    if last.fps != FPS:
        raise ValueError(f"the motion to go on from must be at {FPS} frames a second, got {last.fps}")
    row: NDArray[np.float64] = last.channels[-1].astype(np.float64)
    if not np.isfinite(row).all():
        raise ValueError("the motion to go on from holds values that are not finite (NaN or infinity)")
    row[_GAZE] += row[_YAW_PITCH]
    row[gaze.LOOK] = 0.0
    return row


def _lips(window: Window, relative: NDArray[np.float64]) -> tuple[Lips, NDArray[np.float64]]:
    """The mouth at the times counted from the window's start, and how loud it is there (1 where no sound is known)."""
    lips = coarticulate(window.phones, relative + LEAD_SEC)
    if window.audio is None:
        return lips, np.ones(len(relative))
    blocks = frames_of(window.audio, window.frames)
    level = np.tile(loudness(blocks), 2)
    if not window.phones:
        heights = np.tile(guess(blocks, window.audio.rate), (2, 1))
        lips = Lips(heights, lips.closed, lips.bitten, level)
    return lips, level


def _beginning(window: Window, at: float) -> bool:
    """Whether the companion has just begun to speak, or is about to."""
    return bool(window.phones) and window.phones[0].start > at - AWAY_SEC


def _relative(shown: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn the gaze from the room to the head, so that eyes hold their point while it moves, and set its shapes."""
    angles = shown[:, _GAZE] - shown[:, _YAW_PITCH]
    shown[:, _GAZE] = np.minimum(np.maximum(angles, -gaze.EYE_RANGE_RAD), gaze.EYE_RANGE_RAD)
    shown[:, gaze.LOOK] = gaze.eye_look(shown[:, _GAZE])
    return shown
