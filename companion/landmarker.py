"""`Landmarker`: MediaPipe's two ways to find faces, both to 478 landmarks; its own words kept off the error stream."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np

from companion.cues import BLENDSHAPE_GAUGE, LANDMARK_GAUGE, Gauge, Measures, blendshape_measures, landmark_measures
from companion.engines import EngineError
from companion.headpose import HeadPose, Landmarks
from companion.types import Picture

MOST_FACES = 3
GLANCE_FRAMES = 8
"""Pictures from one look for other faces to the next; in between, one that is alone is followed for half the work."""
BLANK: Picture = np.zeros((128, 128, 3), np.uint8)
STILL_SIDE = 256
"""A smaller photo is enlarged to this: the detector was made for faces seen by a telephone."""
MARGINS = (0.0, 0.25, 0.6)
"""A photo cut close around a face shows it to the detector only with something around it: shares of its longer side."""
STILL_CONFIDENCE = 0.3
STDERR = 2
START = threading.Lock()
CHATTER = re.compile(
    rb"INFO: Created TensorFlow Lite|WARNING: All log messages before absl::InitializeLog"
    rb"|[IW]\d{4} [\d:. ]+(inference_feedback_manager|task_runner|"
    rb"gl_context|face_landmarker_graph|landmark_projection_calculator)"
)
"""Information and warnings of its own modules; errors are never dropped."""


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A face in a picture: landmarks (478 x 3, pixels), where the head is turned, and measures for its `Gauge`."""

    points: Landmarks
    pose: HeadPose
    measures: Measures


Find = Callable[[Picture, float], list[Face]]


@dataclass(frozen=True, slots=True)
class Landmarker:
    """`find(picture, time)` gives the faces of a stream's next picture; `gauge` fits their measures."""

    find: Find
    close: Callable[[], None]
    gauge: Gauge

    @classmethod
    def mesh(cls) -> Landmarker:
        """The face mesh, whose model ships in the package."""
        return cls(*_mesh(), LANDMARK_GAUGE)

    @classmethod
    def task(cls, model: str) -> Landmarker:
        """The face landmarker task, given its file. Raises `EngineError` when it is none."""
        return cls(*_task(model), BLENDSHAPE_GAUGE)

    @classmethod
    def stills(cls) -> Landmarker:
        """The face mesh for photos that have nothing to do with one another, small and tightly cut ones too."""
        return cls(*_stills(), LANDMARK_GAUGE)


def _mesh() -> tuple[Find, Callable[[], None]]:
    with _quiet():
        import mediapipe

        solutions = mediapipe.solutions
        glance = solutions.face_detection.FaceDetection()
        glance.process(BLANK)  # its threads speak up with the first picture
    parts, looks, most = [glance], 0, 1

    @cache
    def mesh(most: int) -> Callable[[Picture], list[Landmarks]]:
        with _quiet():
            made = solutions.face_mesh.FaceMesh(max_num_faces=most, refine_landmarks=True)
            made.process(BLANK)
        parts.append(made)
        return _hushed(made)

    def find(picture: Picture, time: float) -> list[Face]:
        nonlocal looks, most
        del time  # the mesh follows from picture to picture without knowing when
        # A mesh that may follow several faces searches every picture for more of them.
        if looks % GLANCE_FRAMES == 0:
            most = MOST_FACES if len(glance.process(picture).detections or []) > 1 else 1
        looks += 1
        # A face that has moved far is lost at first sight, and searched for at the second.
        follow = mesh(most)
        return [_measured(points) for points in follow(picture) or follow(picture)]

    def close() -> None:
        for part in parts:
            part.close()

    return find, close


def _stills() -> tuple[Find, Callable[[], None]]:
    with _quiet():
        import mediapipe

        made = mediapipe.solutions.face_mesh.FaceMesh(
            static_image_mode=True,
            max_num_faces=MOST_FACES,
            refine_landmarks=True,
            min_detection_confidence=STILL_CONFIDENCE,
        )
        made.process(BLANK)
    search = _hushed(made)

    def find(picture: Picture, time: float) -> list[Face]:
        del time
        scale = max(1.0, STILL_SIDE / max(picture.shape[:2]))
        large = picture if scale == 1 else cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        for margin in MARGINS:
            border = round(margin * max(large.shape[:2]))
            shown = cv2.copyMakeBorder(large, *(border,) * 4, cv2.BORDER_REPLICATE) if border else large
            found = search(np.ascontiguousarray(shown, np.uint8))
            if found:
                shift = np.array([border, border, 0.0])
                return [_measured((points - shift) / scale) for points in found]
        return []

    return find, made.close


def _measured(points: Landmarks) -> Face:
    pose = HeadPose.of(points)
    return Face(points, pose, landmark_measures(points, pose))


def _hushed(mesh: Any) -> Callable[[Picture], list[Landmarks]]:  # noqa: ANN401 - untyped package
    """A mesh's way from a picture to the landmarks of its faces; it speaks up once more with the first face."""
    met = False

    def process(picture: Picture) -> list[Landmarks]:
        nonlocal met
        with nullcontext() if met else _quiet():
            found = mesh.process(picture).multi_face_landmarks or []
        met = met or bool(found)
        return [_pixels(face.landmark, picture) for face in found]

    return process


def _task(model: str) -> tuple[Find, Callable[[], None]]:
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
    latest, met = 0, False

    def find(picture: Picture, time: float) -> list[Face]:
        nonlocal latest, met
        latest = max(latest + 1, round(1000 * time))  # the task refuses times that do not grow
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=picture)
        with nullcontext() if met else _quiet():
            seen = landmarker.detect_for_video(image, latest)
        met = met or bool(seen.face_landmarks)
        faces = []
        for landmarks, shapes in zip(seen.face_landmarks, seen.face_blendshapes, strict=True):
            scores = {shape.category_name: float(shape.score) for shape in shapes}
            points = _pixels(landmarks, picture)
            faces.append(Face(points, HeadPose.of(points), blendshape_measures(scores)))
        return faces

    return find, landmarker.close


def _pixels(landmarks: Iterable[object], picture: Picture) -> Landmarks:
    height, width = picture.shape[:2]
    points = np.array([(point.x, point.y, point.z) for point in landmarks], dtype=np.float64)  # type: ignore[attr-defined]  # untyped package
    return points * np.array([width, height, width], dtype=np.float64)  # depth is given in the scale of the width


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
