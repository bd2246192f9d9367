"""`train face`: labelled photos to the small model behind the reader of faces."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.affect import EMOTIONS
from companion.convolution import Convolution
from companion.covering import covered
from companion.crop import evened
from companion.expression import NETWORK_SHARE
from companion.facenetwork import fit_network
from companion.faceset import Faceset
from companion.labelled import DataError, Labelled, read_table
from companion.scores import interval, scores
from weights.store import write

FOLDS = 5
LEAST_PHOTOS = 30
"""A feeling with fewer photos is not learnt: its prototype stands for it."""
CLEAR_PERCENT = 98
"""Of clear faces that keep all their confidence."""
NETWORK_VERSIONS = (0, 2)
"""The network mirrors its faces itself."""
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
    photos = Faceset(rows, seed, resume)
    photos.measure(lambda share: progress(0.2 * share, "finding faces"))
    counts = Counter(rows[index].emotion for index in set(photos.index.tolist()))
    labels = tuple(name for name in EMOTIONS if counts[name] >= LEAST_PHOTOS)
    if len(labels) < 2:
        raise DataError(f"{data}: two feelings need {LEAST_PHOTOS} photos each with a face, found {dict(counts)}")
    truth = np.array([labels.index(rows[i].emotion) if rows[i].emotion in labels else -1 for i in photos.index])
    folds = _folds(rows, photos.index, truth, seed)
    held_out = np.zeros((len(truth), len(labels)), np.float32)
    open_faces, hidden_faces = np.zeros(len(truth)), np.zeros(len(truth))
    for fold in range(FOLDS):
        at = _Part(progress, 0.2 + 0.65 * fold / FOLDS, 0.65 / FOLDS, f"cross-validation, fold {fold + 1} of {FOLDS}")
        fitted = _fit(photos, truth, (folds != fold) & (truth >= 0), seed, resume / f"network-{fold}.npz", at)
        for row in np.flatnonzero((folds == fold) & (photos.version == 0)):
            held_out[row], open_faces[row], hidden_faces[row] = _tried(photos, fitted, row)
    plain = (photos.version == 0) & (truth >= 0)
    temperature = _temperature(held_out[plain], truth[plain])
    clear = float(np.percentile(open_faces[photos.version == 0], CLEAR_PERCENT))
    figures = _figures(held_out[plain] / temperature, truth[plain], labels)
    figures |= {"clear": round(clear, 4), "covered_found": round(float((hidden_faces[plain] > clear).mean()), 4)}
    fitted = _fit(
        photos, truth, truth >= 0, seed, resume / "network-all.npz", _Part(progress, 0.85, 0.15, "all photos")
    )
    neutral = truth == labels.index("neutral") if "neutral" in labels else truth >= 0
    arrays: dict[str, NDArray[Any]] = {
        **fitted.network,
        "partner": photos.partner.astype(np.int16),
        "neutral": held_out[neutral & plain].mean(axis=0),
    }
    for view, (weight, bias) in fitted.maps.items():
        arrays[f"{view}.weight"], arrays[f"{view}.bias"] = weight.astype(np.float16), bias
    facts = {
        "labels": labels, "temperature": temperature, "clear": clear, "seed": seed, "photos": dict(counts),
        "without_face": len(rows) - len(set(photos.index.tolist())), "figures": figures,
        "uar_interval": _interval(held_out[plain], truth[plain], [person(rows[i]) for i in photos.index[plain]]),
    }  # fmt: skip
    write(out, arrays, facts)
    shutil.rmtree(resume)
    progress(1.0, "done")
    return figures


@dataclass(frozen=True, slots=True)
class _Part:
    """Progress of a part of the whole work."""

    progress: Progress
    start: float
    length: float
    what: str

    def __call__(self, share: float) -> None:
        self.progress(self.start + self.length * share, self.what)


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    """A map for each view, and the network's arrays."""

    maps: dict[str, tuple[Floats, Floats]]
    network: dict[str, NDArray[Any]]


def person(row: Labelled) -> str:
    """Who is in a photo: the table's speaker, else the file's name without the number at its end."""
    return row.speaker or re.sub(r"[_ -]?\d+$", "", row.path.stem)


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
    photos: Faceset, truth: NDArray[np.int64], inside: NDArray[np.bool_], seed: int, kept: Path, at: _Part
) -> _Fitted:
    """Regressions and network on some of the faces; a network that lies in `kept` is not trained again."""
    at(0.0)
    if not kept.is_file():
        learnt = inside & np.isin(photos.version, NETWORK_VERSIONS)
        arrays = fit_network(photos.cut[learnt], truth[learnt], seed, at)
        partial = kept.with_suffix(".partial.npz")
        np.savez(partial, **arrays)
        partial.replace(kept)
    with np.load(kept) as held:
        network = {name: held[name] for name in held.files}
    return _Fitted(_regressions(photos.seen, truth, inside, seed), network)


def _tried(photos: Faceset, fitted: _Fitted, row: int) -> tuple[Floats, float, float]:
    """The logits of a held-out face, how covered it seems, and how covered with something before it."""
    network = Convolution({name: array.astype(np.float32) for name, array in fitted.network.items()})
    feelings, shown = network.look(evened(photos.cut[row]))
    _, hidden = network.look(evened(covered(photos.cut[row], np.random.default_rng(row))))
    total = sum((photos.seen[view][row] @ weight + bias for view, (weight, bias) in fitted.maps.items()), np.float32(0))
    return np.asarray(total + NETWORK_SHARE * feelings, np.float32), shown, hidden


def _interval(logits: Floats, truth: NDArray[np.int64], persons: Sequence[str]) -> list[float]:
    """The 95 % interval of the unweighted average recall, drawn by person."""
    right = logits.argmax(axis=1) == truth

    def recall(rows: NDArray[np.int64]) -> float:
        return float(np.mean([right[rows][truth[rows] == label].mean() for label in set(truth[rows].tolist())]))

    return [round(end, 4) for end in interval(recall, persons)]


def _regressions(
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
