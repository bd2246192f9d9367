"""How the skin moves: soft pushes on the face for each blend shape, felt by every point that lies on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from avatar.rig import Array


@dataclass(frozen=True, slots=True)
class Push:
    """A displacement (dx, dy, dz) at (x, y) that fades over (rx, ry) like a bell."""

    shape: str
    x: float
    y: float
    rx: float
    ry: float
    dx: float
    dy: float
    dz: float = 0.0


# For the avatar's left (x > 0); names that end in Left are mirrored for Right. Units: 1/1000 of the picture's side.
_PUSHES = (
    # Cheek raiser (orbicularis oculi) lifts the flesh under the eye; the smile pushes it up and out.
    Push("cheekSquintLeft", 92, 62, 62, 36, 2, -13, 6),
    Push("mouthSmileLeft", 100, 92, 55, 50, 9, -16, 12),
    Push("mouthSmileLeft", 78, 162, 46, 42, 18, -20, 0),
    Push("mouthSmileLeft", 30, 96, 22, 22, 5, -2, 0),
    Push("mouthSmileLeft", 132, 150, 50, 60, 8, -2, 0),
    Push("mouthDimpleLeft", 80, 164, 42, 38, 13, -6, -4),
    Push("mouthFrownLeft", 74, 178, 42, 40, 3, 12, 0),
    Push("mouthStretchLeft", 84, 182, 50, 46, 15, 6, 0),
    Push("noseSneerLeft", 30, 84, 26, 34, 4, -9, 2),
    Push("noseSneerLeft", 22, 20, 26, 26, -1, -3, 0),
    Push("mouthUpperUpLeft", 42, 122, 34, 34, 2, -6, 0),
    Push("mouthLowerDownLeft", 34, 212, 36, 30, 4, 6, 0),
    # Corrugator: the inner end of the brow comes down and in.
    Push("browDownLeft", 36, -46, 44, 36, -13, 25, 2),
    Push("browDownLeft", 100, -52, 40, 34, -3, 7, 2),
    Push("browOuterUpLeft", 116, -56, 50, 52, 2, -15, 0),
    Push("browOuterUpLeft", 68, -62, 36, 50, 0, -9, 0),
    Push("eyeSquintLeft", 82, 34, 48, 20, 0, -5, 2),
    Push("eyeSquintLeft", 80, -50, 60, 26, 0, 2, 0),
    Push("eyeBlinkLeft", 80, -28, 50, 16, 0, 3, 0),
    Push("eyeWideLeft", 80, -34, 52, 20, 0, -4, 0),
    Push("mouthPressLeft", 74, 168, 30, 26, 3, 0, -2),
    # The midline.
    Push("browInnerUp", 34, -58, 36, 52, -4, -28, 0),
    Push("browInnerUp", -34, -58, 36, 52, 4, -28, 0),
    Push("browInnerUp", 118, -50, 36, 36, 0, 4, 0),
    Push("browInnerUp", -118, -50, 36, 36, 0, 4, 0),
    Push("cheekPuff", 118, 140, 56, 62, 20, 0, 22),
    Push("cheekPuff", -118, 140, 56, 62, -20, 0, 22),
    Push("mouthPucker", 84, 160, 56, 52, -13, 2, 4),
    Push("mouthPucker", -84, 160, 56, 52, 13, 2, 4),
    Push("mouthFunnel", 80, 160, 56, 60, -10, 3, 4),
    Push("mouthFunnel", -80, 160, 56, 60, 10, 3, 4),
    Push("mouthShrugLower", 0, 226, 62, 28, 0, -11, 6),
    Push("mouthShrugUpper", 0, 132, 46, 24, 0, -5, 3),
    Push("mouthRollLower", 0, 208, 58, 24, 0, -4, -3),
    Push("mouthLeft", 0, 172, 96, 60, 15, 0, 0),
    Push("mouthRight", 0, 172, 96, 60, -15, 0, 0),
)

_JAW = {
    # The jaw is one bone: all of the chin goes with it, the cheeks only follow.
    "jawOpen": (0.0, 46.0, -16.0),
    "jawLeft": (17.0, 0.0, 0.0),
    "jawRight": (-17.0, 0.0, 0.0),
    "jawForward": (0.0, 5.0, 26.0),
}


def pushes(points: Array) -> Mapping[str, Array]:
    """The displacement (n x 3) of skin points (n x 2 or n x 3) for every shape that moves skin."""
    x, y = points[:, 0], points[:, 1]
    moves: dict[str, Array] = {}

    def feel(push: Push, side: str, sign: float) -> None:
        bell = np.exp(-(((sign * x - push.x) / push.rx) ** 2) - ((y - push.y) / push.ry) ** 2)
        moves[side] = moves.get(side, 0.0) + bell[:, None] * np.array([sign * push.dx, push.dy, push.dz])

    for push in _PUSHES:
        feel(push, push.shape, 1.0)
        if push.shape.endswith("Left") and push.shape != "mouthLeft":
            feel(push, push.shape.removesuffix("Left") + "Right", -1.0)
    jaw = jaw_share(points)[:, None]
    for shape, move in _JAW.items():
        moves[shape] = moves.get(shape, 0.0) + jaw * np.array(move)
    return moves


def jaw_share(points: Array) -> Array:
    """How far points follow the jaw bone, 0..1: fully at the chin, not above the mouth, less towards the ears."""
    x, y = points[:, 0], points[:, 1]
    down = np.clip((y - 118) / 112, 0, 1)
    aside = np.clip((np.abs(x) - 40) / 170, 0, 1)
    return np.asarray(down * down * (3 - 2 * down) * (1 - 0.55 * aside))


def depth(points: Array) -> Array:
    """How far the head stands out towards the viewer at (x, y), in units.

    Smooth on purpose: steeper slopes would fold the picture when the head turns.
    """
    x, y = points[:, 0], points[:, 1]
    ball = np.sqrt(np.clip(1 - (x / 232) ** 2 - ((y - 20) / 400) ** 2, 0.02, 1))
    nose = 40 * np.exp(-((x / 34) ** 2) - ((y - 74) / 44) ** 2)
    sockets = -10 * np.exp(-(((np.abs(x) - 80) / 42) ** 2) - (y / 26) ** 2)
    mouth = 8 * np.exp(-((x / 80) ** 2) - ((y - 172) / 60) ** 2)
    return np.asarray(165 * ball + nose + sockets + mouth)


def on_skin(points: Array, lift: float = 0.0) -> Array:
    """Flat points (n x 2) laid on the head, `lift` units above it."""
    flat = np.asarray(points, float)[:, :2]
    return np.column_stack([flat, depth(flat) + lift])
