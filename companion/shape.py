"""`shape`: where a face's landmarks lie, whatever way its head is turned, the same in a mirror."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from companion.cues import landmark_measures
from companion.headpose import HeadPose, Landmarks

MESH = 468
"""Landmarks of the face itself; the irises after them say where somebody looks, not how they feel."""


def shape(points: Landmarks, pose: HeadPose, partner: NDArray[np.int64]) -> NDArray[np.float32]:
    """Landmarks (478 x 3) to (950,): each point averaged with its mirrored `partner`, some lengths, the head's turn."""
    own = pose.own(points)[:MESH, :2]
    mirrored = own[partner] * np.array([-1, 1])
    lengths = list(landmark_measures(points, pose).values())
    turn = [abs(pose.head[1]), pose.head[0]]
    return np.asarray(np.concatenate([((own + mirrored) / 2).ravel(), lengths, turn]), np.float32)


def partners(mean: NDArray[np.float64]) -> NDArray[np.int64]:
    """For each point of a mean face (468 x 3, in the head's frame) the one that lies where its mirror image does."""
    from scipy.spatial import cKDTree

    found = cKDTree(mean).query(mean * np.array([-1, 1, 1]))[1]
    return np.asarray(found, np.int64)
