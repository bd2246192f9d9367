"""`PackagedFaceReader`: faces found by MediaPipe, their feelings told by a network that another package brings."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from companion.affect import ANCHORS, EMOTIONS, Affect
from companion.engines import EngineError
from companion.labels import fold
from companion.landmarker import Face, Landmarker
from companion.types import FaceReading, Picture, VideoFrame

MARGIN = 0.1
"""Around the landmarks, as a share of the face: these networks were trained on whole heads."""
TRUST = 0.6
"""Confidence in a stranger's face, whose resting state such a network does not know."""


class Recognizer(Protocol):
    """What both packages give: one face (H x W x 3 RGB) to its leading label and one score for each label."""

    def predict_emotions(self, face_img: Picture, logits: bool) -> tuple[Any, NDArray[np.float32]]:
        """Probabilities where `logits` is false; two more numbers, valence and arousal, from multi-task models."""
        ...


def missing(module: str, extra: str, model: Path) -> str | None:
    """The package or its model, whichever is missing, in one line; None when both are there."""
    if importlib.util.find_spec(module) is None:
        return f"it needs a package: pip install 'empathic-companion[{extra}]'"
    return None if model.is_file() else f"its model is not there: put {model.name} into {model.parent}"


class PackagedFaceReader:
    """Reads each picture's nearest face with `recognizer`; `classes` are its labels in the order of its scores."""

    holds_interpreter = True

    def __init__(self, recognizer: Recognizer, classes: Mapping[int, str]) -> None:
        self._recognizer = recognizer
        try:
            self._labels = tuple(fold(classes[i]) for i in range(len(classes)))
        except (KeyError, ValueError) as error:
            raise EngineError(f"the network's labels are not feelings: {error}") from error

    def read(self, frames: Iterable[VideoFrame]) -> Iterator[FaceReading]:
        """One reading per frame; confidence 0 and a note where there is no face."""
        landmarker = Landmarker.mesh()
        try:
            for frame in frames:
                yield self._reading(frame.picture, landmarker.find(frame.picture, frame.time), frame.time)
        finally:
            landmarker.close()

    def look(self, picture: Picture) -> FaceReading:
        """The feeling in a photo of a stranger."""
        landmarker = Landmarker.stills()
        try:
            return self._reading(picture, landmarker.find(picture, 0.0), 0.0)
        finally:
            landmarker.close()

    def _reading(self, picture: Picture, faces: Sequence[Face], time: float) -> FaceReading:
        if not faces:
            return FaceReading(time, Affect.unknown(), note="no face in the picture")
        face = max(faces, key=lambda each: each.pose.size)
        _, scores = self._recognizer.predict_emotions(_cut(picture, face), logits=False)
        return FaceReading(time, self._affect(np.ravel(scores)), head=face.pose.head, gaze=face.pose.gaze)

    def _affect(self, scores: NDArray[np.float32]) -> Affect:
        shares = dict.fromkeys(EMOTIONS, 0.0)
        total = float(scores[: len(self._labels)].sum())
        if len(scores) < len(self._labels) or not total > 0:
            raise EngineError(f"the network gave {len(scores)} scores for {len(self._labels)} labels")
        for label, score in zip(self._labels, scores, strict=False):
            shares[label] += float(score) / total
        valence, arousal, dominance = (
            sum(shares[name] * ANCHORS[name][axis] for name in EMOTIONS) for axis in range(3)
        )
        if len(scores) == len(self._labels) + 2:  # a multi-task model tells both itself
            valence, arousal = (float(np.clip(value, -1, 1)) for value in scores[-2:])
        return Affect(tuple(shares.values()), valence, arousal, dominance, TRUST)


def _cut(picture: Picture, face: Face) -> Picture:
    """The face with its margin, as much of it as the picture holds."""
    low, high = face.points[:, :2].min(axis=0), face.points[:, :2].max(axis=0)
    margin = MARGIN * (high - low)
    left, top = np.maximum(0, np.floor(low - margin)).astype(int)
    right, bottom = np.ceil(high + margin).astype(int)
    return np.ascontiguousarray(picture[top:bottom, left:right])
