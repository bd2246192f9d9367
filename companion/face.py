"""`MediapipeReader`: faces to feelings, through MediaPipe's landmarks, a small trained model and the own neutral."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
from platformdirs import user_data_path

from companion.cues import LANDMARK_GAUGE, Gauge
from companion.engines import EngineError
from companion.expression import Expression, Floats
from companion.gestures import Gestures
from companion.landmarker import Face, Landmarker
from companion.neutral import GENERIC_TRUST, Neutral
from companion.types import ANCHORS, EMOTIONS, Affect, FaceReading, Picture, VideoFrame

USUAL_MODEL = user_data_path("empathic-companion") / "face_landmarker.task"
"""Where the landmarker task is looked for when the settings name no file."""
LONGEST_SIDE = 640
DARK = 18.0
"""Mean brightness (of 255) below which nothing can be seen."""
SPARSE = 8
"""Of so many rows and columns one tells how bright a picture is."""
SMALL_PX = 22.0
"""Between the eyes' outer corners."""
TURNED_RAD = 0.8
CLEARLY_NEARER = 1.4
"""How much larger another face must be for the eye to leave the one it follows."""
SAME_PLACE = 1.2
"""A face is the one followed while its eyes have moved less than this many times their distance."""
TALKING_SEC = 1.2
TALKING_SPREAD = 0.12
"""Standard deviation of the open mouth (a cue, 0..1) within `TALKING_SEC` that only speaking brings about."""
TALKING_LOGIT = 1.6
"""What speaking takes from surprise, whose photos have an open mouth too."""
COVERED = "part of the face is covered"
LEAST_TRUST = 0.02
"""In a photo, of which there is no better one a moment later: a face half seen is still a face."""
OPEN_ENOUGH = 0.5
"""How much of a face must be seen for its neutral to be learnt from it."""
PLAIN: Mapping[str, str] = {
    "smile": "smiling",
    "frown": "mouth corners down",
    "brows_raised": "brows raised",
    "inner_brow_raised": "inner brows raised",
    "brows_lowered": "brows drawn together",
    "eyes_wide": "eyes wide",
    "eyes_closed": "eyes closed",
    "jaw_open": "mouth open",
    "lips_pressed": "lips pressed",
    "nose_wrinkled": "nose wrinkled",
}


class MediapipeReader:
    """MediaPipe's face mesh (its model ships in the package) or, given its file, the face landmarker task.

    Both give 478 landmarks, which lead to a small trained model over the face's shape and looks; the cues come from
    the landmarks, or from the task's 52 blend shapes. Raises `EngineError` where a file is missing.
    """

    holds_interpreter = True  # for a second while it is imported, and to measure each face

    def __init__(self, face_model: str = "", weights: str = "") -> None:
        """`face_model`: the landmarker task's file; empty: `USUAL_MODEL` where there is one, else the face mesh."""
        if face_model and not Path(face_model).is_file():
            raise EngineError(f"no face landmarker model at {face_model}")
        self._model = face_model or (str(USUAL_MODEL) if USUAL_MODEL.is_file() else "")
        self._expression = Expression(weights)

    def read(self, frames: Iterable[VideoFrame]) -> Iterator[FaceReading]:
        """One reading per frame; confidence 0 and a note where no face can be read. Raises `ValueError`."""
        landmarker = Landmarker.task(self._model) if self._model else Landmarker.mesh()
        person, last = _Person(self._expression, landmarker.gauge), None
        try:
            for frame in frames:
                picture = _checked(frame.picture)
                if _dark(picture):
                    yield _nothing(frame.time, "too dark to see a face")
                    continue
                faces = landmarker.find(picture, frame.time)
                if not faces:
                    yield _nothing(frame.time, "no face in the picture")
                    continue
                last = _followed(faces, last)
                yield person.reading(picture, last, frame.time, len(faces))
        finally:
            landmarker.close()

    def look(self, picture: Picture) -> FaceReading:
        """The feeling in a photo (H x W x 3) of a stranger, whose own neutral nobody knows. Raises `ValueError`."""
        picture = _checked(picture)
        faces = [] if _dark(picture) else self._stills.find(picture, 0.0)
        if not faces:
            return _nothing(0.0, "no face in the picture")
        face = max(faces, key=lambda each: each.pose.size)
        cues = LANDMARK_GAUGE.cues(face.measures, LANDMARK_GAUGE.neutral())
        logits, open_share = self._expression.look(picture, face.points, face.pose)
        trust = max(LEAST_TRUST, GENERIC_TRUST * open_share * _facing(face))
        affect = _affect(self._expression.shares(logits, cues), cues, trust)
        return FaceReading(0.0, affect, cues, face.pose.head, face.pose.gaze, "" if open_share > 0.5 else COVERED)

    @cached_property
    def _stills(self) -> Landmarker:
        return Landmarker.stills()


class _Person:
    """What is known of the one who is followed along a stream."""

    def __init__(self, expression: Expression, gauge: Gauge) -> None:
        self._expression = expression
        self._neutral = Neutral(gauge)
        self._gestures = Gestures()
        self._mouth: deque[tuple[float, float]] = deque()
        self._open: float | None = None

    def reading(self, picture: Picture, face: Face, time: float, count: int) -> FaceReading:
        """The reading of one more sight of the face."""
        if (lost := _out_of_sight(face, time)) is not None:
            return lost
        pose = face.pose
        note = f"{count} faces: following the nearest" if count > 1 else ""
        logits, open_share = self._expression.look(picture, face.points, pose)
        self._open = open_share if self._open is None else 0.6 * self._open + 0.4 * open_share
        if self._open > OPEN_ENOUGH:
            self._neutral.learn(face.measures, logits, time)
        cues = self._neutral.cues(face.measures)
        logits = self._neutral.against(logits, self._expression.neutral)
        shares = self._expression.shares(self._less_surprised(logits, time, cues["jaw_open"]), cues)
        affect = _affect(shares, cues, self._neutral.trust * self._open * _facing(face))
        events = self._gestures.see(time, cues, pose.head)
        return FaceReading(
            time, affect, cues, pose.head, pose.gaze, note if self._open > OPEN_ENOUGH else COVERED, events
        )

    def _less_surprised(self, logits: Floats, time: float, mouth: float) -> Floats:
        """The logits, less surprised while the mouth is busy speaking."""
        self._mouth.append((time, mouth))
        while time - self._mouth[0][0] > TALKING_SEC:
            self._mouth.popleft()
        talking = min(1.0, float(np.std([value for _, value in self._mouth])) / TALKING_SPREAD)
        surprise = np.array([label == "surprise" for label in self._expression.labels])
        return np.asarray(logits - TALKING_LOGIT * talking * surprise, np.float32)


def _affect(shares: Mapping[str, float], cues: Mapping[str, float], confidence: float) -> Affect:
    """The shares as an `Affect`, with what can be seen in plain words; its point is the mean of the anchors."""
    evidence = tuple(word for cue, word in PLAIN.items() if cues[cue] > 0.35)
    valence, arousal, dominance = (sum(shares[name] * ANCHORS[name][axis] for name in EMOTIONS) for axis in range(3))
    distribution = tuple(shares[name] for name in EMOTIONS)
    return Affect(distribution, valence, arousal, dominance, round(confidence, 4), evidence)


def _facing(face: Face) -> float:
    """1 for a face that looks into the camera, 0 for one that is turned away."""
    turned = max(abs(face.pose.head[0]), abs(face.pose.head[1]))
    return 1 - (min(turned, TURNED_RAD) / TURNED_RAD) ** 2


def _out_of_sight(face: Face, time: float) -> FaceReading | None:
    """The reading of a face too far turned or too far away; None for one that can be read."""
    pose = face.pose
    turned = max(abs(pose.head[0]), abs(pose.head[1])) > TURNED_RAD
    if not turned and pose.size >= SMALL_PX:
        return None
    note = "the face is turned away" if turned else "the face is too far away"
    return replace(_nothing(time, note), head=pose.head, gaze=pose.gaze)


def _followed(faces: list[Face], last: Face | None) -> Face:
    """The nearest face; once one is followed, another must be clearly nearer to take its place."""
    nearest = max(faces, key=lambda face: face.pose.size)
    if last is None:
        return nearest
    before = last.pose

    def moved(face: Face) -> float:
        return math.dist(face.pose.centre, before.centre) / before.size

    same = min(faces, key=moved)
    return same if moved(same) < SAME_PLACE and nearest.pose.size < CLEARLY_NEARER * same.pose.size else nearest


def _nothing(time: float, note: str) -> FaceReading:
    return FaceReading(time, Affect.unknown(), note=note)


def _dark(picture: Picture) -> bool:
    return bool(picture[::SPARSE, ::SPARSE].mean() < DARK)


def _checked(picture: Picture) -> Picture:
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or not picture.size:
        raise ValueError(f"a picture must be H x W x 3 uint8, got {picture.shape} {picture.dtype}")
    longest = max(picture.shape[:2])
    if longest > LONGEST_SIDE:
        scale = LONGEST_SIDE / longest
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(
            np.uint8, copy=False
        )
    return np.ascontiguousarray(picture)
