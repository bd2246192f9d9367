"""`MediapipeReader`: faces to feelings, through MediaPipe's landmarks and the person's own neutral."""

from __future__ import annotations

import math
import os
import re
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from companion.cues import BLENDSHAPE_GAUGE, LANDMARK_GAUGE, Gauge, Measures, blendshape_measures, landmark_measures
from companion.engines import EngineError
from companion.headpose import HeadPose, Landmarks
from companion.types import Affect, FaceReading, Picture, VideoFrame

LONGEST_SIDE = 640
DARK = 18.0
"""Mean brightness (of 255) below which nothing can be seen."""
SPARSE = 8
"""Of so many rows and columns one tells how bright a picture is."""
SMALL_PX = 22.0
"""Between the eyes' outer corners."""
TURNED_RAD = 0.8
LEARN_SEC = 2.0
"""The person's own neutral is the median of what is seen in this time..."""
LEARN_FRAMES = 12
"""...and in at least so many pictures."""
LEARN_MOST = 60
GENERIC_TRUST = 0.4
"""Confidence while only the generic neutral is known."""
OWN_RANGE = 0.6
"""An own neutral lies within this share of a full expression: someone may smile at the camera from the start."""
MOST_FACES = 3
GLANCE_FRAMES = 8
"""Pictures from one look for other faces to the next; in between, one that is alone is followed for half the work."""
BLANK: Picture = np.zeros((128, 128, 3), np.uint8)
STDERR = 2
START = threading.Lock()
CHATTER = re.compile(
    rb"INFO: Created TensorFlow Lite|WARNING: All log messages before absl::InitializeLog"
    rb"|[IW]\d{4} [\d:. ]+(inference_feedback_manager|task_runner|"
    rb"gl_context|face_landmarker_graph|landmark_projection_calculator)"
)
"""Information and warnings of its own modules; errors are never dropped."""
CLEARLY_NEARER = 1.4
"""How much larger another face must be for the eye to leave the one it follows."""
SAME_PLACE = 1.2
"""A face is the one followed while its eyes have moved less than this many times their distance."""

# What each feeling looks like, as sums of cues: EMFACS prototypes (Friesen and Ekman, 1983): happy 6+12, sad 1+4+15,
# angry 4+5+7+23, fear 1+2+4+5+20+26, disgust 9+10, surprise 1+2+5+26, contempt 12 or 14 on one side. Weights
# were tuned on half of the photos behind `LANDMARK_GAUGE`; an open mouth weighs less than those photos would have
# it, because people who talk have one.
PROTOTYPES: Mapping[str, Mapping[str, float]] = {
    "happy": {"smile": 4.4, "cheeks_raised": 0.8, "frown": -1.5, "jaw_open": -0.3},
    "sad": {
        "frown": 2.0, "inner_brow_raised": 2.0, "eyes_closed": 1.0,
        "smile": -2.0, "jaw_open": -1.8, "eyes_wide": -0.8,
    },
    "angry": {
        "brows_lowered": 2.6, "lips_pressed": 1.0, "cheeks_raised": 0.5, "upper_lip_raised": 1.2, "jaw_open": 1.3,
        "smile": -1.6, "brows_raised": -1.0, "inner_brow_raised": -1.0,
    },
    "fear": {
        "inner_brow_raised": 1.2, "brows_raised": 0.8, "eyes_wide": 1.4, "lips_stretched": 1.7,
        "smile": -4.0, "cheeks_raised": -0.8,
    },
    "disgust": {
        "nose_wrinkled": 2.6, "upper_lip_raised": 1.2, "frown": 0.5,
        "smile": -2.4, "jaw_open": -1.2, "eyes_wide": -0.8,
    },
    "surprise": {
        "brows_raised": 1.0, "inner_brow_raised": 0.7, "eyes_wide": 2.1, "jaw_open": 2.4,
        "smile": -1.8, "cheeks_raised": -1.2, "lips_stretched": -1.0,
    },
    "contempt": {"one_sided": 2.9, "smile": -1.2, "jaw_open": -2.0},
}  # fmt: skip
NEUTRAL_SCORE = 2.2
PLAIN = {
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

    Both give 478 landmarks for head and gaze; the cues come from those, or from the task's 52 blend shapes.
    Raises `EngineError` where the file is missing.
    """

    holds_interpreter = True  # for a second while it is imported, and to measure each face

    def __init__(self, model: str = "") -> None:
        if model and not Path(model).is_file():
            raise EngineError(f"no face landmarker model at {model}")
        self._model = model

    def read(self, frames: Iterable[VideoFrame]) -> Iterator[FaceReading]:
        """One reading per frame; confidence 0 and a note where no face can be read. Raises `ValueError`."""
        gauge = BLENDSHAPE_GAUGE if self._model else LANDMARK_GAUGE
        find, close = _tasks(self._model) if self._model else _mesh()
        neutral, last = Neutral(gauge), None
        try:
            for frame in frames:
                picture = _checked(frame)
                if picture[::SPARSE, ::SPARSE].mean() < DARK:
                    yield _nothing(frame, "too dark to see a face")
                    continue
                faces = find(picture, frame.time)
                if not faces:
                    yield _nothing(frame, "no face in the picture")
                    continue
                last = _followed(faces, last)
                yield _reading(frame, last, neutral, len(faces))
        finally:
            close()


class Neutral:
    """The person's own resting face: generic at first, then the running median of the first seconds, then kept."""

    def __init__(self, gauge: Gauge) -> None:
        self._gauge = gauge
        self._seen: list[Measures] = []
        self._start = 0.0
        self._learnt = 0.0
        self.measures = gauge.neutral()

    @property
    def trust(self) -> float:
        """From `GENERIC_TRUST` (only the generic face is known) to 1."""
        return GENERIC_TRUST + (1 - GENERIC_TRUST) * self._learnt

    def learn(self, measures: Measures, time: float) -> None:
        """Take in one more sight of the face, at a time in seconds; a neutral once learnt stays as it is."""
        if self._learnt >= 1:
            return
        if not self._seen:
            self._start = time
        self._seen = [*self._seen[-LEARN_MOST:], measures]
        self._learnt = min(1.0, max(0.0, time - self._start) / LEARN_SEC, len(self._seen) / LEARN_FRAMES)
        for name, (generic, full) in self._gauge.generic.items():
            own = float(np.median([seen[name] for seen in self._seen]))
            own = float(np.clip(own, generic - OWN_RANGE * full, generic + OWN_RANGE * full))
            self.measures[name] = (1 - self._learnt) * generic + self._learnt * own

    def cues(self, measures: Measures) -> dict[str, float]:
        """Cues in 0..1 of a face against this neutral."""
        return self._gauge.cues(measures, self.measures)


@dataclass(frozen=True, slots=True, eq=False)
class _Face:
    pose: HeadPose
    measures: Measures


def feeling(found: Mapping[str, float]) -> Affect:
    """Cues to a soft distribution over the emotions, with what it was read from in plain words."""
    scores = {name: sum(weight * found[cue] for cue, weight in parts.items()) for name, parts in PROTOTYPES.items()}
    powers = {name: float(np.exp(score)) for name, score in {**scores, "neutral": NEUTRAL_SCORE}.items()}
    whole = sum(powers.values())
    strengths = {name: power / whole for name, power in powers.items() if name != "neutral"}
    evidence = [word for cue, word in PLAIN.items() if found[cue] > 0.35]
    return Affect.mixture(strengths, evidence=evidence)


def _reading(frame: VideoFrame, face: _Face, neutral: Neutral, count: int) -> FaceReading:
    pose = face.pose
    note = f"{count} faces: following the nearest" if count > 1 else ""
    turned = max(abs(pose.head[0]), abs(pose.head[1]))
    if turned > TURNED_RAD:
        return replace(_nothing(frame, "the face is turned away"), head=pose.head, gaze=pose.gaze)
    if pose.size < SMALL_PX:
        return replace(_nothing(frame, "the face is too far away"), head=pose.head, gaze=pose.gaze)
    neutral.learn(face.measures, frame.time)
    found = neutral.cues(face.measures)
    confidence = neutral.trust * (1 - (turned / TURNED_RAD) ** 2)
    affect = replace(feeling(found), confidence=round(confidence, 4))
    return FaceReading(frame.time, affect, found, pose.head, pose.gaze, note)


def _followed(faces: list[_Face], last: _Face | None) -> _Face:
    """The nearest face; once one is followed, another must be clearly nearer to take its place."""
    nearest = max(faces, key=lambda face: face.pose.size)
    if last is None:
        return nearest
    before = last.pose

    def moved(face: _Face) -> float:
        return math.dist(face.pose.centre, before.centre) / before.size

    same = min(faces, key=moved)
    return same if moved(same) < SAME_PLACE and nearest.pose.size < CLEARLY_NEARER * same.pose.size else nearest


def _nothing(frame: VideoFrame, note: str) -> FaceReading:
    return FaceReading(frame.time, Affect.unknown(), note=note)


def _checked(frame: VideoFrame) -> Picture:
    picture = frame.picture
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or not picture.size:
        raise ValueError(
            f"a picture must be H x W x 3 uint8, got {picture.shape} {picture.dtype} at {frame.time:.2f} s"
        )
    longest = max(picture.shape[:2])
    if longest > LONGEST_SIDE:
        scale = LONGEST_SIDE / longest
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(
            np.uint8, copy=False
        )
    return np.ascontiguousarray(picture)


@contextmanager
def _quiet() -> Iterator[None]:
    """Drop MediaPipe's start-up chatter from the error stream and pass on whatever else was written to it.

    The library writes to file descriptor 2 from its own threads, past every logging setting.
    """
    with START, tempfile.TemporaryFile() as caught:
        sys.stderr.flush()
        kept = os.dup(STDERR)
        os.dup2(caught.fileno(), STDERR)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(kept, STDERR)
            caught.seek(0)
            for line in caught:
                if not CHATTER.match(line):
                    os.write(kept, line)
            os.close(kept)


Find = Callable[[Picture, float], list[_Face]]


def _mesh() -> tuple[Find, Callable[[], None]]:
    with _quiet():
        import mediapipe

        solutions = mediapipe.solutions
        glance = solutions.face_detection.FaceDetection()
        glance.process(BLANK)  # its threads speak up with the first picture
    parts, looks, most = [glance], 0, 1

    @cache
    def mesh(most: int) -> Any:  # noqa: ANN401 - untyped package
        with _quiet():
            made = solutions.face_mesh.FaceMesh(max_num_faces=most, refine_landmarks=True)
            made.process(BLANK)
        parts.append(made)
        return made

    def find(picture: Picture, time: float) -> list[_Face]:
        nonlocal looks, most
        del time  # the mesh follows from picture to picture without knowing when
        # A mesh that may follow several faces searches every picture for more of them.
        if looks % GLANCE_FRAMES == 0:
            most = MOST_FACES if len(glance.process(picture).detections or []) > 1 else 1
        looks += 1
        # A face that has moved far is lost at first sight, and searched for at the second.
        follow = mesh(most).process
        faces = []
        for found in follow(picture).multi_face_landmarks or follow(picture).multi_face_landmarks or []:
            points = _pixels(found.landmark, picture)
            pose = HeadPose.of(points)
            faces.append(_Face(pose, landmark_measures(points, pose)))
        return faces

    def close() -> None:
        for part in parts:
            part.close()

    return find, close


def _tasks(model: str) -> tuple[Find, Callable[[], None]]:
    with _quiet():
        import mediapipe
        from mediapipe.tasks import python as tasks

    options = tasks.vision.FaceLandmarkerOptions(
        base_options=tasks.BaseOptions(model_asset_path=model),
        running_mode=tasks.vision.RunningMode.VIDEO,
        num_faces=MOST_FACES,
        output_face_blendshapes=True,
    )
    try:
        with _quiet():
            landmarker = tasks.vision.FaceLandmarker.create_from_options(options)
            landmarker.detect_for_video(mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=BLANK), 0)
    except (RuntimeError, ValueError) as error:
        raise EngineError(f"{model} is not a face landmarker model") from error
    latest = 0

    def find(picture: Picture, time: float) -> list[_Face]:
        nonlocal latest
        latest = max(latest + 1, round(1000 * time))  # the task refuses times that do not grow
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=picture)
        seen = landmarker.detect_for_video(image, latest)
        faces = []
        for landmarks, shapes in zip(seen.face_landmarks, seen.face_blendshapes, strict=True):
            scores = {shape.category_name: float(shape.score) for shape in shapes}
            faces.append(_Face(HeadPose.of(_pixels(landmarks, picture)), blendshape_measures(scores)))
        return faces

    return find, landmarker.close


def _pixels(landmarks: Iterable[object], picture: Picture) -> Landmarks:
    height, width = picture.shape[:2]
    points = np.array([(point.x, point.y, point.z) for point in landmarks], dtype=np.float64)  # type: ignore[attr-defined]  # untyped package
    return points * np.array([width, height, width], dtype=np.float64)  # depth is given in the scale of the width
