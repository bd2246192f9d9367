"""`Transition`: how motion goes on from whatever was shown before, without a jump and without delay."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.blendshapes import INDEX, columns
from companion.types import CHANNELS, FRAME_SEC

_GAZE = [INDEX["gazeYaw"], INDEX["gazePitch"]]


def _table(lips: float, expression: float, lids: float, head: float, gaze: float) -> NDArray[np.float64]:
    row = np.full(len(CHANNELS), lips)
    row[columns("browDown", "browInnerUp", "browOuterUp", "eyeSquint", "eyeWide", "cheekSquint", "noseSneer")] = (
        expression
    )
    row[columns("mouthSmile", "mouthFrown", "mouthDimple")] = expression
    row[columns("eyeBlink")] = lids
    row[[INDEX["headPitch"], INDEX["headYaw"], INDEX["headRoll"]]] = head
    row[_GAZE] = gaze
    return row


# Time constants: a mouth stops within 300 ms, a feeling takes about half a second to change (onsets of spontaneous
# smiles: Schmidt, Cohn and Tian, 2003), a head is heavy, eyes jump.
_KEEP = np.exp(-FRAME_SEC / _table(lips=0.045, expression=0.20, lids=0.05, head=0.28, gaze=0.03))
# Most that may be made up in a frame: it turns the start of the exponential into a ramp. Radians for head and gaze.
_MOST = _table(lips=0.15, expression=0.07, lids=0.35, head=0.02, gaze=0.25)


def settle(difference: NDArray[np.float64], *, hold_gaze: bool = False) -> NDArray[np.float64]:
    """What is left after one frame of a difference between what was shown and what should be (57 channels).

    The idea is inertialization (Bollo, "Inertialization: high-performance animation transitions in Gears of War",
    GDC 2018): the target is followed exactly, and only the difference found when the situation changed dies away.
    `hold_gaze` keeps the eyes' part of it: who looked away to think looks up a moment after beginning to speak.
    """
    made_up = np.minimum(np.maximum(difference * (1.0 - _KEEP), -_MOST), _MOST)
    if hold_gaze:
        made_up[_GAZE] = 0.0
    return np.asarray(difference - made_up)
