"""Smooth curves through points, as skia paths."""

from __future__ import annotations

from functools import cache

import numpy as np
import skia
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""n x 2 (or n x 3) points, x to the right and y down."""
_NORMAL = np.array([-1.0, 1.0])


def shifted(points: Points, right: float, down: float) -> Points:
    """The points, moved in the picture."""
    return np.asarray(points[:, :2] + np.array([right, down]))


def smooth(points: Points, *, closed: bool = False) -> skia.Path:
    """A path through the points: a Catmull-Rom spline written as cubics."""
    path = skia.Path()
    trace(path, points, closed=closed)
    return path


def trace(path: skia.Path, points: Points, *, closed: bool = False, joined: bool = False) -> None:
    """Add the smooth curve to a path; `joined` goes on from where the path stands."""
    xy = points[:, :2] if points.shape[1] > 2 else points
    controls = (_cubics(len(xy), closed) @ xy).reshape(-1, 6).tolist()
    x, y = xy[0].tolist()
    if joined:
        path.lineTo(x, y)
    else:
        path.moveTo(x, y)
    for six in controls:
        path.cubicTo(*six)
    if closed:
        path.close()


@cache
def _cubics(count: int, closed: bool) -> Points:
    """The matrix from `count` points to the three later control points of each cubic between them."""
    points = np.eye(count)
    if closed:
        around = np.concatenate([points[-1:], points, points[:2]])
    else:
        around = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    slope = (around[2:] - around[:-2]) / 6
    start = around[1:-1]
    leave, arrive = (start + slope)[:-1], (start - slope)[1:]
    return np.asarray(np.stack([leave, arrive, start[1:]], 1).reshape(-1, count))


@cache
def _derivative(count: int) -> Points:
    """The matrix from points along a line to its direction at each."""
    return np.asarray(np.gradient(np.eye(count), axis=0))


def between(upper: Points, lower: Points) -> skia.Path:
    """The closed shape between two curves that run the same way."""
    path = skia.Path()
    trace(path, upper)
    trace(path, lower[::-1], joined=True)
    path.close()
    return path


def ribbon(points: Points, widths: Points) -> skia.Path:
    """A brush mark along the points, as wide at each as `widths` says."""
    xy = points[:, :2]
    along = _derivative(len(xy)) @ xy
    reach = 0.5 * widths / np.maximum(np.sqrt(along[:, 0] ** 2 + along[:, 1] ** 2), 1e-6)
    half = along[:, ::-1] * reach[:, None] * _NORMAL
    return between(xy - half, xy + half)


def resample(points: Points, count: int) -> Points:
    """`count` points spread evenly in parameter along the smooth curve through the given ones."""
    given = np.asarray(points, float)
    around = np.concatenate([2 * given[:1] - given[1:2], given, 2 * given[-1:] - given[-2:-1]])
    place = np.linspace(0, len(given) - 1, count)
    index = np.minimum(place.astype(int), len(given) - 2)
    t = (place - index)[:, None]
    a, b, c, d = (around[index + k] for k in range(4))
    return np.asarray(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
