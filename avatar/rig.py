"""`Rig`: every point of a character, moved linearly by the blend shapes and turned with the head."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from companion.types import BLENDSHAPES, CHANNELS

Array = NDArray[np.float64]

UNITS = 830.0
"""The picture's side in the units that the characters are drawn in (about a quarter of a millimetre each)."""
CENTRE = np.array([415.0, 368.0])
"""Where the origin of the head (between the eyes) stands in the picture."""
PIVOT = np.array([0.0, 215.0, 35.0])
"""What the head turns about: the top of the spine."""
DISTANCE = 2600.0
"""From the viewer to the face, in units: near enough for some perspective."""
HEAD_LIMIT = np.array([0.45, 0.6, 0.5])
GAZE_LIMIT = 0.62
LOOK_RADIANS = 0.5
"""What a full eyeLook blend shape turns the eye by."""

DERIVED = (
    "open", "closed", "sealed", "tuckLeft", "tuckRight",
    "gazeUpLeft", "gazeUpRight", "gazeDownLeft", "gazeDownRight",
)  # fmt: skip
SHAPES = (*BLENDSHAPES, *DERIVED)
"""What moves points: the blend shapes, and what follows from several of them together.

`open` is the gap of the lips from the jaw (jawOpen less mouthClose), `closed` the jaw lowered behind closed lips,
`sealed` what mouthClose still asks for when the jaw is shut; `tuck` the lower lip
rolled in under a raised upper one (f, v); `gazeUp`/`gazeDown` are the eye's turn of 0..1 whatever
channel asked for it.
"""
_INDEX = {name: index for index, name in enumerate(SHAPES)}
_CHANNEL = {name: index for index, name in enumerate(CHANNELS)}


class Pose:
    """One frame of channels, read: blend-shape weights, head angles and where each eye looks."""

    def __init__(self, row: NDArray[np.float32]) -> None:
        values = row.astype(float)
        self.weights = np.zeros(len(SHAPES))
        self.weights[: len(BLENDSHAPES)] = np.clip(values[: len(BLENDSHAPES)], 0.0, 1.0)
        angles = values[len(BLENDSHAPES) :]
        self.pitch, self.yaw, self.roll = np.clip(angles[:3], -HEAD_LIMIT, HEAD_LIMIT)
        self.gaze: dict[str, tuple[float, float]] = {}
        for side, outward in (("Left", 1.0), ("Right", -1.0)):
            turn = outward * (self[f"eyeLookOut{side}"] - self[f"eyeLookIn{side}"]) * LOOK_RADIANS
            drop = (self[f"eyeLookDown{side}"] - self[f"eyeLookUp{side}"]) * LOOK_RADIANS
            yaw, pitch = _either(float(angles[3]), turn), _either(float(angles[4]), drop)
            self.gaze[side] = (
                float(np.clip(yaw, -GAZE_LIMIT, GAZE_LIMIT)), float(np.clip(pitch, -GAZE_LIMIT, GAZE_LIMIT)),
            )  # fmt: skip
            self._set(f"gazeDown{side}", max(0.0, pitch) / LOOK_RADIANS)
            # A blink closes the eye whatever else it does.
            awake = 1.0 - self[f"eyeBlink{side}"]
            self._set(f"gazeUp{side}", awake * max(0.0, -pitch) / LOOK_RADIANS)
            self._set(f"eyeWide{side}", awake * self[f"eyeWide{side}"])
        jaw, close = self["jawOpen"], self["mouthClose"]
        self._set("open", max(0.0, jaw - close))
        self._set("closed", min(jaw, close))
        for side in ("Left", "Right"):
            self._set(f"tuck{side}", self["mouthRollLower"] * self[f"mouthUpperUp{side}"])
        self._set("sealed", max(0.0, close - jaw))

    def __getitem__(self, shape: str) -> float:
        return float(self.weights[_INDEX[shape]])

    def _set(self, shape: str, value: float) -> None:
        self.weights[_INDEX[shape]] = value


def _either(first: float, second: float) -> float:
    """Two requests for the same turn: the larger where they agree, their sum where they differ.

    Animators that fill both the gaze channels and the eyeLook shapes mean one turn, not two.
    """
    return max(first, second, 0.0) + min(first, second, 0.0)


class Rig:
    """Named groups of points with their displacements; `freeze` once, then `place` for every frame."""

    def __init__(self) -> None:
        self._points: list[Array] = []
        self._moves: list[Array] = []
        self._weights: list[Array] = []
        self._slices: dict[str, slice] = {}
        self._count = 0

    def add(
        self, name: str, points: Array, moves: Mapping[str, Array] | None = None, weight: Array | float = 1.0
    ) -> None:
        """Add n x 3 points; `moves` gives n x 3 displacements per shape; `weight` how far they follow the head."""
        count = len(points)
        displacement = np.zeros((len(SHAPES), count, 3))
        for shape, move in (moves or {}).items():
            displacement[_INDEX[shape]] += move
        self._points.append(np.asarray(points, float))
        self._moves.append(displacement)
        self._weights.append(np.broadcast_to(np.asarray(weight, float), (count,)))
        self._slices[name] = slice(self._count, self._count + count)
        self._count += count

    def freeze(self) -> None:
        """Stack the groups, so that a frame is one product of matrices."""
        self._base = np.concatenate(self._points)
        moves = np.concatenate(self._moves, axis=1)
        self._used = np.flatnonzero(np.abs(moves).max(axis=(1, 2)))
        self._stacked = np.ascontiguousarray(moves[self._used].reshape(len(self._used), -1))
        self._weight = np.concatenate(self._weights)[:, None]

    def place(self, pose: Pose) -> Placed:
        """Where every point lies in the picture in this pose."""
        moved = self._base + (pose.weights[self._used] @ self._stacked).reshape(-1, 3)
        turned = (moved - PIVOT) @ rotation(pose.pitch, pose.yaw, pose.roll).T + PIVOT
        near = (DISTANCE / (DISTANCE - turned[:, 2]))[:, None]
        still = (DISTANCE / (DISTANCE - moved[:, 2]))[:, None]
        flat = self._weight * (turned[:, :2] * near) + (1 - self._weight) * (moved[:, :2] * still)
        return Placed(flat + CENTRE, self._slices)


class Placed:
    """The points of one frame, by name."""

    def __init__(self, points: Array, slices: Mapping[str, slice]) -> None:
        self.points = points
        self._slices = slices

    def __getitem__(self, name: str) -> Array:
        return self.points[self._slices[name]]


def rotation(pitch: float, yaw: float, roll: float) -> Array:
    """The head's turn: x right in the picture, y down, z to the viewer; roll last, so that it tilts the turned head."""
    cp, sp, cy, sy, cr, sr = np.cos(pitch), np.sin(pitch), np.cos(yaw), np.sin(yaw), np.cos(roll), np.sin(roll)
    nod = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
    turn = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    tilt = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return np.asarray(tilt @ turn @ nod)
