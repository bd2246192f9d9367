"""The points of lips, teeth and tongue, and how each mouth shape moves them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from avatar.cast import Character
from avatar.rig import Array
from avatar.skin import depth

LINE_Y = 167.0
"""Where closed lips meet, in units below the eyes' centre."""
HALF = 61.0

_X = np.array([-1.0, -0.74, -0.46, -0.19, 0.0, 0.19, 0.46, 0.74, 1.0])
_TOP = np.array([-5.6, -8.6, -12.5, -16.4, -13.2, -16.4, -12.5, -8.6, -5.6])
_SEAM = np.array([-5.6, -1.2, 0.3, 1.6, 4.0, 1.6, 0.3, -1.2, -5.6])
_BOTTOM = np.array([-5.6, 7.0, 17.5, 23.5, 25.0, 23.5, 17.5, 7.0, -5.6])
_BOW = 1 - _X**2
"""How the middle of a lip moves more than its ends."""
_ARC = np.sqrt(np.clip(1 - _X**2, 0, 1))
_END = np.abs(_X) ** 2.2
_SIGN = np.sign(_X)
_TIP = np.exp(-((_X / 0.16) ** 2))

Moves = dict[str, Array]


def lips_of(character: Character) -> dict[str, tuple[Array, Moves]]:
    """Every group of the mouth: its points (n x 3) and their displacements by shape."""
    face = character.face
    half = HALF * face.mouth_width
    x = _X * half
    lean = 0.012 * x  # a mouth is never quite level
    lines = {
        "lipTop": _TOP * face.lips, "lipUpper": _SEAM, "lipLower": _SEAM, "lipBottom": _BOTTOM * face.lips,
    }  # fmt: skip
    groups: dict[str, tuple[Array, Moves]] = {}
    for name, line in lines.items():
        flat = np.column_stack([x, LINE_Y + line + lean])
        moves: Moves = {}
        for shape, (dx, dy, dz) in _shapes(name).items():
            moves[shape] = np.column_stack([np.broadcast_to(part, 9) for part in (dx, dy, dz)]).astype(float)
        groups[name] = (np.column_stack([flat, depth(flat) + 5]), moves)
    groups |= _inside()
    return groups


Shape = tuple[Array | float, Array | float, Array | float]


def _shapes(name: str) -> dict[str, Shape]:
    """What each shape does to one of the four lip lines: dx, dy, dz along its nine points."""
    upper = name in {"lipTop", "lipUpper"}
    outer = name in {"lipTop", "lipBottom"}
    shapes = _jaw(upper) | _round(upper, outer) | _midline(name)
    for side, s in (("Left", 1.0), ("Right", -1.0)):
        shapes |= _sided(side, s, name)
    return shapes


def _jaw(upper: bool) -> dict[str, Shape]:
    if upper:
        return {
            "open": (-5.0 * _SIGN * _END, 11.0 * _END - 5.0 * _BOW, 0.0), "closed": (0.0, 13.0 * _BOW + 15 * _END, 0.0),
            "jawLeft": (3.0, 0.0, 0.0), "jawRight": (-3.0, 0.0, 0.0), "jawForward": (0.0, 0.0, 2.0),
        }  # fmt: skip
    return {
        "open": (-5.0 * _SIGN * _END, 11.0 * _END + 50.0 * _BOW**0.72, -10.0 * _BOW),
        "closed": (0.0, 14.0 * _BOW + 15 * _END, -4.0),
        "jawLeft": (11.0 * _BOW + 4, 0.0, 0.0), "jawRight": (-11.0 * _BOW - 4, 0.0, 0.0),
        "jawForward": (0.0, -1.0 * _BOW, 14.0 * _BOW),
    }  # fmt: skip


def _round(upper: bool, outer: bool) -> dict[str, Shape]:
    """Funnel opens a ring; pucker gathers the lips to a kiss."""
    thick = 1.0 if outer else 0.0
    up = -1.0 if upper else 1.0
    narrow = -_SIGN * np.abs(_X)
    # Gathered lips are round, where lips at rest run out in points.
    full = (20.0 if outer else 6.0) * (_ARC - _BOW)
    return {
        "mouthFunnel": (23.0 * narrow, up * (9.5 * _ARC + 4.0 * thick * _BOW + 0.7 * full) + 3.0 * _END, 12.0 * _BOW),
        "mouthPucker": (33.0 * narrow, up * (2.0 * _ARC + 4.0 * thick * _BOW + full) + 4.5 * _END, 14.0 * _BOW),
    }


def _midline(name: str) -> dict[str, Shape]:
    shapes: dict[str, Shape] = {
        "mouthLeft": (17.0, -1.5 * _X, 0.0), "mouthRight": (-17.0, 1.5 * _X, 0.0),
        "cheekPuff": (-3.0 * _SIGN * _END, 0.0, 4.0),
    }  # fmt: skip
    roll = {"lipTop": ("mouthRollUpper", 9.0), "lipUpper": ("mouthRollUpper", 2.5),
            "lipBottom": ("mouthRollLower", -12.5), "lipLower": ("mouthRollLower", -3.5)}  # fmt: skip
    shape, way = roll[name]
    shapes[shape] = (0.0, way * _BOW, -4.0 * _BOW)
    if name in {"lipTop", "lipUpper"}:
        shapes["mouthShrugUpper"] = (0.0, -6.0 * _BOW, 3.0)
        shapes["mouthShrugLower"] = (0.0, -5.0 * _BOW + 3.0 * _END, 0.0)
        shapes["sealed"] = (0.0, (5.0 if name == "lipTop" else 0.8) * _BOW, 0.0)
        shapes["tongueOut"] = (0.0, -5.0 * _BOW, 0.0)
    else:
        shapes["mouthShrugLower"] = (0.0, -9.0 * _BOW + 3.0 * _END, 5.0)
        shapes["sealed"] = (0.0, (-7.0 if name == "lipBottom" else 0.0) * _BOW, 0.0)
        shapes["tongueOut"] = (0.0, 13.0 * _BOW, 0.0)
    return shapes


def _sided(side: str, s: float, name: str) -> dict[str, Shape]:
    """Shapes of one side; `near` is 1 at that corner and 0 beyond the middle, `half` covers half the lip."""
    upper = name in {"lipTop", "lipUpper"}
    outer = name in {"lipTop", "lipBottom"}
    near = np.clip(s * _X, 0, 1) ** 1.45
    half = np.exp(-(((s * _X - 0.42) / 0.46) ** 2))
    flat = np.exp(-(((s * _X - 0.3) / 0.5) ** 2)) * (1.0 if outer else 0.0)
    shapes: dict[str, Shape] = {
        # A smile draws the corner out and up and thins the lips.
        f"mouthSmile{side}": (
            s * 21.0 * near,
            -25.0 * near + 1.2 * _BOW + (4.5 if upper else -5.5) * flat - (0.0 if outer else 1.8) * _TIP,
            -4 * near,
        ),
        f"mouthFrown{side}": (s * 1.0 * near, 19.0 * near - 3.0 * half * (1 - near), 0.0),
        f"mouthDimple{side}": (s * 14.0 * near, -5.0 * near + (1.0 if upper else -1.5) * flat, -6 * near),
        f"mouthStretch{side}": (s * 19.0 * near, 7.0 * near + (3.0 if upper else -3.0) * flat, -4 * near),
        f"mouthPress{side}": (s * 3.0 * near, 4.5 * near + (6.5 if upper else -7.5) * flat, 0.0),
    }
    if upper:
        shapes[f"mouthUpperUp{side}"] = (0.0, -12.0 * half * _BOW**0.5, 2.0)
        shapes[f"noseSneer{side}"] = (0.0, -8.0 * half * _BOW**0.5, 2.0)
    else:
        shapes[f"tuck{side}"] = (0.0, (7.0 if outer else 14.0) * half * _BOW, 0.0)
        shapes[f"mouthLowerDown{side}"] = (s * 1.5 * half, 14.0 * half * _BOW**0.5, 0.0)
    return shapes


def _inside() -> dict[str, tuple[Array, Moves]]:
    """Teeth sit on their bones: the upper row stays with the skull, the lower goes with the jaw."""
    t = np.linspace(-1, 1, 9)
    curve = 1 - t**2
    # Each row: its gum line, then its biting edge.
    upper = _row(46.0 * t, LINE_Y - 24.0 + 0 * t, LINE_Y - 3 + 13.5 * curve**0.6)
    lower = _row(41.0 * t, LINE_Y + 30.0 + 0 * t, LINE_Y + 12 - 5 * curve)
    tongue = np.array([(-38.0, 36.0), (-32, 12), (-17, 2), (0, 3.5), (0, 3.5), (17, 2), (32, 12), (38, 36), (0, 60)])
    tip = np.array([(-19, -4), (-20, 10), (-12, 19), (0, 22), (12, 19), (20, 10), (19, -4)]) * [1.0, 0.6]
    tongue[:, 1] += LINE_Y
    tip[:, 1] += LINE_Y + 2
    out = np.column_stack([0 * tip[:, 0], np.clip(tip[:, 1] - LINE_Y, 0, 20) * 1.9, 0 * tip[:, 0]])
    jaw = {"jawOpen": (0, 47, -8), "jawLeft": (13, 0, 0), "jawRight": (-13, 0, 0), "jawForward": (0, 0, 10)}
    lick = {"open": (0, 40, 0), "jawLeft": (11, 0, 0), "jawRight": (-11, 0, 0)}
    lick |= {"mouthLeft": (17, 0, 0), "mouthRight": (-17, 0, 0)}
    rise = {"jawOpen": (0, 37, -8), "tongueOut": (0, -16, 6)}
    return {
        name: (np.column_stack([flat, depth(flat) - back]), moves)
        for name, flat, moves, back in (
            ("teethUpper", upper, {}, 10.0), ("teethLower", lower, _all(jaw), 12.0),
            ("tongue", tongue, _all(rise), 18.0), ("tongueTip", tip, _all(lick) | {"tongueOut": out}, -2.0),
        )
    }  # fmt: skip


def _row(x: Array, gum: Array, edge: Array) -> Array:
    return np.concatenate([np.column_stack([x, gum]), np.column_stack([x, edge])])


def _all(moves: Mapping[str, tuple[int, int, int]]) -> Moves:
    """The same displacement for every point of a group."""
    return {shape: np.array([move], float) for shape, move in moves.items()}
