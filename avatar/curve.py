"""Smooth curves through points, as skia paths."""

from __future__ import annotations

from typing import Any

import numpy as np
import skia
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""n x 2 (or n x 3) points, x to the right and y down."""


def smooth(points: Points, *, closed: bool = False) -> Any:
    """A path through the points: a Catmull-Rom spline written as cubics."""
    path = skia.Path()
    trace(path, points, closed=closed)
    return path


def trace(path: Any, points: Points, *, closed: bool = False, joined: bool = False) -> None:
    """Add the smooth curve to a path; `joined` goes on from where the path stands."""
    xy = np.asarray(points)[:, :2]
    if closed:
        around = np.concatenate([xy[-1:], xy, xy[:2]])
    else:
        around = np.concatenate([2 * xy[:1] - xy[1:2], xy, 2 * xy[-1:] - xy[-2:-1]])
    slope = (around[2:] - around[:-2]) / 6
    start = around[1:-1]
    leave, arrive = (start + slope)[:-1], (start - slope)[1:]
    first = start[0].tolist()
    if joined:
        path.lineTo(*first)
    else:
        path.moveTo(*first)
    for controls in np.hstack([leave, arrive, start[1:]]).tolist():
        path.cubicTo(*controls)
    if closed:
        path.close()


def between(upper: Points, lower: Points) -> Any:
    """The closed shape between two curves that run the same way."""
    path = skia.Path()
    trace(path, upper)
    trace(path, lower[::-1], joined=True)
    path.close()
    return path


def ribbon(points: Points, widths: Points) -> Any:
    """A brush mark along the points, as wide at each as `widths` says."""
    xy = np.asarray(points)[:, :2]
    along = np.gradient(xy, axis=0)
    normal = np.stack([-along[:, 1], along[:, 0]], 1) / np.maximum(np.hypot(*along.T), 1e-6)[:, None]
    half = normal * (np.asarray(widths) / 2)[:, None]
    return between(xy - half, xy + half)


def resample(points: Points, count: int) -> Points:
    """`count` points spread evenly in parameter along the smooth curve through the given ones."""
    given = np.asarray(points, float)
    around = np.concatenate([2 * given[:1] - given[1:2], given, 2 * given[-1:] - given[-2:-1]])
    place = np.linspace(0, len(given) - 1, count)
    index = np.minimum(place.astype(int), len(given) - 2)
    t = (place - index)[:, None]
    a, b, c, d = (around[index + k] for k in range(4))
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
