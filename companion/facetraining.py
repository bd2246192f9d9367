"""`train face`: labelled photos to the small model behind the reader of faces."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.affect import EMOTIONS
from companion.expression import VIEWS, views
from companion.headpose import HeadPose, Landmarks
from companion.labelled import DataError, Labelled, read_table
from companion.landmarker import Landmarker
from companion.photo import degraded, photo
from companion.scores import scores
from companion.shape import MESH, partners
from weights.store import write

FOLDS = 5
LEAST_PHOTOS = 30
"""A feeling with fewer photos is not learnt: its prototype stands for it."""
VERSIONS = 4
"""Each photo is seen as it is, mirrored, and both again as a poor camera would show it."""
PART = 100
"""Photos after which what was measured is kept, should the training be interrupted."""
DIMENSIONS = {"shape": 80, "gradients": 200, "patterns": 200}
"""Principal components kept of each view."""
SOFTNESS = {"shape": 0.02, "gradients": 0.003, "patterns": 0.003}
"""Inverse of the ridge penalty."""
SHARE = {"shape": 1.5, "gradients": 1.0, "patterns": 1.0}
"""Of each view's logits in the sum."""
TEMPERATURES = np.linspace(0.5, 6, 56)
Floats = NDArray[np.float32]
Progress = Callable[[float, str], None]


def train(data: Path, out: Path, seed: int, progress: Progress) -> dict[str, float]:
    """Train on a folder of photos with `labels.csv`, write `out`, and return the figures of cross-validation by person.

    Interrupted, it goes on from `<out>.resume`. Raises `DataError`.
    """
    rows = read_table(data / "faces" if (data / "faces").is_dir() else data)
    resume = out.with_name(f"{out.name}.resume")
    resume.mkdir(parents=True, exist_ok=True)
    photos = _Photos(rows, seed, resume)
    photos.measure(lambda share: progress(0.6 * share, "finding faces"))
    counts = Counter(rows[index].emotion for index in set(photos.index.tolist()))
    labels = tuple(name for name in EMOTIONS if counts[name] >= LEAST_PHOTOS)
    if len(labels) < 2:
        raise DataError(f"{data}: two feelings need {LEAST_PHOTOS} photos each with a face, found {dict(counts)}")
    truth = np.array([labels.index(rows[i].emotion) if rows[i].emotion in labels else -1 for i in photos.index])
    folds = _folds(rows, photos.index, truth, seed)
    held_out = np.zeros((len(truth), len(labels)), np.float32)
    for fold in range(FOLDS):
        progress(0.6 + 0.35 * fold / FOLDS, f"cross-validation, fold {fold + 1} of {FOLDS}")
        inside = (folds != fold) & (truth >= 0)
        fitted = _fit(photos.seen, truth, inside, seed)
        held_out[folds == fold] = _logits(photos.seen, fitted, folds == fold)
    plain = (photos.version == 0) & (truth >= 0)
    temperature = _temperature(held_out[plain], truth[plain])
    figures = _figures(held_out[plain] / temperature, truth[plain], labels)
    progress(0.95, "all photos")
    fitted = _fit(photos.seen, truth, truth >= 0, seed)
    neutral = truth == labels.index("neutral") if "neutral" in labels else truth >= 0
    arrays: dict[str, NDArray[Any]] = {
        "partner": photos.partner.astype(np.int16),
        "neutral": held_out[neutral & plain].mean(axis=0),
    }
    for view, (weight, bias) in fitted.items():
        arrays[f"{view}.weight"], arrays[f"{view}.bias"] = weight.astype(np.float16), bias
    facts = {
        "labels": labels, "temperature": temperature, "seed": seed, "photos": dict(counts),
        "without_face": len(rows) - len(set(photos.index.tolist())), "figures": figures,
    }  # fmt: skip
    write(out, arrays, facts)
    shutil.rmtree(resume)
    progress(1.0, "done")
    return figures


def person(row: Labelled) -> str:
    """Who is in a photo: the table's speaker, else the file's name without the number at its end."""
    return row.speaker or re.sub(r"[_ -]?\d+$", "", row.path.stem)


class _Photos:
    """What the model looks at, of each photo and version with a face: `seen` by view, `index` of its row, `version`."""

    def __init__(self, rows: Sequence[Labelled], seed: int, resume: Path) -> None:
        self._rows = rows
        self._seed = seed
        self._resume = resume
        self._names = hashlib.sha256("\n".join(f"{row.path} {seed}" for row in rows).encode()).hexdigest()[:12]
        self.partner: NDArray[np.int64] = np.zeros(0, np.int64)
        self.index: NDArray[np.int64] = np.zeros(0, np.int64)
        self.version: NDArray[np.int64] = np.zeros(0, np.int64)
        self.seen: dict[str, Floats] = {}

    def measure(self, progress: Callable[[float], None]) -> None:
        """Find and measure every face."""
        parts = [self._part(at, progress) for at in range(0, len(self._rows), PART)]
        points = np.concatenate([part["points"] for part in parts])
        if not len(points):
            raise DataError(f"no face was found in any of {len(self._rows)} photos")
        self.index = np.concatenate([part["index"] for part in parts])
        self.version = np.concatenate([part["version"] for part in parts])
        self.partner = partners(_mean_face(points))
        found: dict[str, list[Floats]] = {view: [] for view in VIEWS}
        for place, (index, version) in enumerate(zip(self.index, self.version, strict=True)):
            picture = self._shown(int(index), int(version))
            landmarks = points[place].astype(np.float64)
            for view, values in views(picture, landmarks, HeadPose.of(landmarks), self.partner).items():
                found[view].append(values)
            if place % PART == 0:
                progress(0.7 + 0.3 * place / len(points))
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


def _folds(rows: Sequence[Labelled], index: NDArray[np.int64], truth: NDArray[np.int64], seed: int) -> NDArray[Any]:
    """The fold of each measured face: no person is in two."""
    from sklearn.model_selection import StratifiedGroupKFold

    groups = np.array([person(rows[i]) for i in index])
    folds = np.full(len(index), -1)
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for fold, (_, test) in enumerate(splitter.split(index, truth, groups)):
        folds[test] = fold
    return folds


def _fit(
    seen: dict[str, Floats], truth: NDArray[np.int64], inside: NDArray[np.bool_], seed: int
) -> dict[str, tuple[Floats, Floats]]:
    """One balanced logistic regression for each view, on its principal components, folded into one map."""
    from sklearn.decomposition import PCA
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    maps = {}
    for view, values in seen.items():
        scaler = StandardScaler().fit(values[inside])
        scaled = scaler.transform(values[inside])
        most = min(DIMENSIONS[view], *scaled.shape)
        parts = PCA(most, svd_solver="randomized", random_state=seed).fit(scaled)
        model = LogisticRegression(C=SOFTNESS[view], class_weight="balanced", max_iter=400)
        model.fit(parts.transform(scaled), truth[inside])
        coefficients, intercept = model.coef_, model.intercept_
        if len(model.classes_) == 2:  # scikit-learn keeps one row where two would mirror each other
            coefficients, intercept = np.vstack([-coefficients, coefficients]) / 2, np.array([-1, 1]) * intercept / 2
        weight = (parts.components_.T @ coefficients.T) / scaler.scale_[:, None]
        bias = intercept - (scaler.mean_ / scaler.scale_ + parts.mean_) @ parts.components_.T @ coefficients.T
        maps[view] = (
            np.float32(SHARE[view]) * weight.astype(np.float32),
            np.float32(SHARE[view]) * bias.astype(np.float32),
        )
    return maps


def _logits(seen: dict[str, Floats], maps: dict[str, tuple[Floats, Floats]], rows: NDArray[np.bool_]) -> Floats:
    total = sum((seen[view][rows] @ weight + bias for view, (weight, bias) in maps.items()), np.float32(0))
    return np.asarray(total, np.float32)


def _temperature(logits: Floats, truth: NDArray[np.int64]) -> float:
    """The temperature with the least log loss, every feeling counting the same."""
    weight = 1 / np.bincount(truth)[truth]

    def loss(temperature: float) -> float:
        tempered = logits / temperature
        tempered = tempered - tempered.max(axis=1, keepdims=True)
        chosen = tempered[np.arange(len(truth)), truth] - np.log(np.exp(tempered).sum(axis=1))
        return float(-(weight * chosen).sum())

    return float(min(TEMPERATURES, key=loss))


def _figures(tempered: Floats, truth: NDArray[np.int64], labels: Sequence[str]) -> dict[str, float]:
    powers = np.exp(tempered - tempered.max(axis=1, keepdims=True)).astype(np.float64)
    found = scores([labels[i] for i in truth], powers / powers.sum(axis=1, keepdims=True), labels)
    return {name: round(float(found.as_dict()[name]), 4) for name in ("n", "accuracy", "uar", "macro_f1", "ece")}
