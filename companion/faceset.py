"""`Faceset`: the faces in labelled photos, found and measured."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.crop import SIDE, cut, evened
from companion.expression import VIEWS, views
from companion.headpose import HeadPose, Landmarks
from companion.labelled import DataError, Labelled
from companion.landmarker import Landmarker
from companion.photo import degraded, photo
from companion.shape import MESH, partners

VERSIONS = 4
PART = 100
"""Photos after which what was measured is kept."""
Floats = NDArray[np.float32]


class Faceset:
    """The faces of labelled photos: of each photo and version with one the `index` of its row, its `version`, the `cut`
    face (n x side x side) and what the regressions look at, `seen` by view.

    Versions are the photo as it is, mirrored, and both again as a poor camera would show it.
    """

    def __init__(self, rows: Sequence[Labelled], seed: int, resume: Path) -> None:
        """`resume`: a folder for finished parts, should the work be interrupted."""
        self._rows = rows
        self._seed = seed
        self._resume = resume
        self._names = hashlib.sha256("\n".join(f"{row.path} {seed}" for row in rows).encode()).hexdigest()[:12]
        self.partner: NDArray[np.int64] = np.zeros(0, np.int64)
        self.index: NDArray[np.int64] = np.zeros(0, np.int64)
        self.version: NDArray[np.int64] = np.zeros(0, np.int64)
        self.cut: NDArray[np.uint8] = np.zeros((0, SIDE, SIDE), np.uint8)
        self.seen: dict[str, Floats] = {}

    def measure(self, progress: Callable[[float], None]) -> None:
        """Find and measure every face. Raises `DataError` where there is none at all, or a photo cannot be read."""
        parts = [self._part(at, progress) for at in range(0, len(self._rows), PART)]
        points = np.concatenate([part["points"] for part in parts])
        if not len(points):
            raise DataError(f"no face was found in any of {len(self._rows)} photos")
        self.index = np.concatenate([part["index"] for part in parts])
        self.version = np.concatenate([part["version"] for part in parts])
        self.partner = partners(_mean_face(points))
        found: dict[str, list[Floats]] = {view: [] for view in VIEWS}
        faces = []
        for place, (index, version) in enumerate(zip(self.index, self.version, strict=True)):
            picture = self._shown(int(index), int(version))
            landmarks = points[place].astype(np.float64)
            pose = HeadPose.of(landmarks)
            faces.append(cut(picture, landmarks, pose))
            for view, values in views(evened(faces[-1]), landmarks, pose, self.partner).items():
                found[view].append(values)
            if place % PART == 0:
                progress(0.7 + 0.3 * place / len(points))
        self.cut = np.stack(faces)
        self.seen = {view: np.stack(values) for view, values in found.items()}

    def _part(self, at: int, progress: Callable[[float], None]) -> dict[str, NDArray[Any]]:
        path = self._resume / f"faces-{self._names}-{at}.npz"
        if not path.is_file():
            found = list(self._search(range(at, min(at + PART, len(self._rows)))))
            points = np.array([points for _, _, points in found], np.float32).reshape(-1, 478, 3)
            index, version = (np.array([row[place] for row in found], np.int64) for place in (0, 1))
            partial = path.with_suffix(".partial.npz")
            np.savez(partial, points=points, index=index, version=version)
            partial.replace(path)
        progress(0.7 * (at + PART) / (len(self._rows) + PART))
        with np.load(path) as held:
            return {name: held[name] for name in ("points", "index", "version")}

    def _search(self, indices: range) -> Iterator[tuple[int, int, Landmarks]]:
        landmarker = Landmarker.stills()
        try:
            for index in indices:
                for version in range(VERSIONS):
                    faces = landmarker.find(self._shown(index, version), 0.0)
                    if faces:
                        yield index, version, max(faces, key=lambda face: face.pose.size).points
        finally:
            landmarker.close()

    def _shown(self, index: int, version: int) -> NDArray[np.uint8]:
        picture = photo(self._rows[index].path)
        if version % 2:
            picture = np.ascontiguousarray(picture[:, ::-1])
        if version >= 2:
            picture = degraded(picture, np.random.default_rng([self._seed, index, version]))
        return picture


def _mean_face(points: Floats) -> NDArray[np.float64]:
    own = [HeadPose.of(each).own(each)[:MESH] for each in points.astype(np.float64)]
    return np.asarray(np.mean(own, axis=0), np.float64)
