"""`MediapipeReader`: faces to feelings, through MediaPipe's landmarks and the person's own neutral."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from companion.cues import GENERIC, Landmarks, Shape, cues
from companion.engines import EngineError
from companion.types import Affect, FaceReading, Picture, VideoFrame

LONGEST_SIDE = 640
DARK = 18.0
"""Mean brightness (of 255) below which nothing can be seen."""
SMALL_PX = 22.0
"""Between the eyes' outer corners."""
TURNED_RAD = 0.8
LEARN_FRAMES = 25
"""About two seconds at the camera's pace: the person's own neutral is the median of these."""
DRIFT = 0.004
MOST_FACES = 3

# What each feeling looks like, as sums of cues: EMFACS prototypes (Friesen and Ekman, 1983): happy 6+12, sad 1+4+15,
# angry 4+5+7+23, fear 1+2+4+5+20+26, disgust 9+10, surprise 1+2+5+26, contempt 12 or 14 on one side.
PROTOTYPES: Mapping[str, Mapping[str, float]] = {
    "happy": {"smile": 2.6, "lips_stretched": 0.5, "frown": -1.0},
    "sad": {"frown": 1.2, "inner_brow_raised": 1.2, "eyes_closed": 0.6, "smile": -1.5, "jaw_open": -1.0},
    "angry": {"brows_lowered": 1.8, "lips_pressed": 0.6, "jaw_open": 0.6, "smile": -1.2, "brows_raised": -1.0},
    "fear": {"inner_brow_raised": 0.7, "brows_raised": 0.5, "eyes_wide": 0.8, "lips_stretched": 0.6, "smile": -2.0},
    "disgust": {"nose_wrinkled": 1.7, "brows_lowered": 0.4, "smile": -1.0, "jaw_open": -0.6},
    "surprise": {"brows_raised": 0.7, "eyes_wide": 1.0, "jaw_open": 1.8, "smile": -1.5},
    "contempt": {"one_sided": 1.4, "smile": -0.6, "jaw_open": -1.0},
}
NEUTRAL_SCORE = 1.15
PLAIN = {
    "smile": "smiling",
    "frown": "mouth corners down",
    "brows_raised": "brows raised",
    "inner_brow_raised": "inner brows raised",
    "brows_lowered": "brows drawn together",
    "eyes_wide": "eyes wide",
    "jaw_open": "mouth open",
    "lips_pressed": "lips pressed",
    "nose_wrinkled": "nose wrinkled",
}


class MediapipeReader:
    """MediaPipe's face mesh (its model ships in the package) or, given its file, the face landmarker task.

    Both give 478 landmarks; everything after that is ours and the same for both.
    """

    def __init__(self, model: str = "") -> None:
        if model and not Path(model).is_file():
            raise EngineError(f"no face landmarker model at {model}")
        self._model = model

    def read(self, frames: Iterable[VideoFrame]) -> Iterator[FaceReading]:
        """One reading per frame; confidence 0 and a note where no face can be read. Raises `ValueError`."""
        find, close = _tasks(self._model) if self._model else _mesh()
        neutral, last = Neutral(), None
        try:
            for frame in frames:
                picture = _checked(frame)
                if picture.mean() < DARK:
                    yield _nothing(frame, "too dark to see a face")
                    continue
                faces = [Shape.of(points) for points in find(picture, frame.time)]
                if not faces:
                    last = None
                    yield _nothing(frame, "no face in the picture")
                    continue
                last = _followed(faces, last)
                yield _reading(frame, last, neutral, len(faces))
        finally:
            close()


class Neutral:
    """The person's own resting face: generic at first, then the median of what was seen, then slowly following."""

    def __init__(self) -> None:
        self._seen: deque[Mapping[str, float]] = deque(maxlen=LEARN_FRAMES)
        self._count = 0
        self.measures = {name: middle for name, (middle, _) in GENERIC.items()}

    @property
    def trust(self) -> float:
        """From 0.4 (only the generic face is known) to 1."""
        return 0.4 + 0.6 * min(1.0, self._count / LEARN_FRAMES)

    def learn(self, measures: Mapping[str, float]) -> None:
        """Take in one more sight of the face."""
        self._count += 1
        self._seen.append(measures)
        if self._count <= LEARN_FRAMES:
            share = self._count / LEARN_FRAMES
            for name, (generic, full) in GENERIC.items():
                own = float(np.median([seen[name] for seen in self._seen]))
                # Someone may smile at the camera from the start: an own neutral lies within half an expression.
                own = float(np.clip(own, generic - 0.6 * full, generic + 0.6 * full))
                self.measures[name] = (1 - share) * generic + share * own
        else:
            for name in GENERIC:
                self.measures[name] += DRIFT * (measures[name] - self.measures[name])


def feeling(found: Mapping[str, float]) -> Affect:
    """Cues to a soft distribution over the emotions, with what it was read from in plain words."""
    scores = {name: sum(weight * found[cue] for cue, weight in parts.items()) for name, parts in PROTOTYPES.items()}
    powers = {name: float(np.exp(2.0 * score)) for name, score in {**scores, "neutral": NEUTRAL_SCORE}.items()}
    whole = sum(powers.values())
    strengths = {name: power / whole for name, power in powers.items() if name != "neutral"}
    evidence = [word for cue, word in PLAIN.items() if found[cue] > 0.35]
    return Affect.mixture(strengths, evidence=evidence)


def _reading(frame: VideoFrame, shape: Shape, neutral: Neutral, count: int) -> FaceReading:
    note = f"{count} faces: following the nearest" if count > 1 else ""
    turned = max(abs(shape.head[1]), abs(shape.head[0]))
    if turned > TURNED_RAD:
        return replace(_nothing(frame, "the face is turned away"), head=shape.head, gaze=shape.gaze)
    if shape.size < SMALL_PX:
        return replace(_nothing(frame, "the face is too far away"), head=shape.head, gaze=shape.gaze)
    neutral.learn(shape.measures)
    found = cues(shape.measures, neutral.measures)
    confidence = neutral.trust * (1 - (turned / TURNED_RAD) ** 2)
    affect = replace(feeling(found), confidence=round(confidence, 4))
    return FaceReading(frame.time, affect, found, shape.head, shape.gaze, note)


def _followed(faces: list[Shape], last: Shape | None) -> Shape:
    """The nearest face; another one must be clearly nearer than the one followed."""
    nearest = max(faces, key=lambda shape: shape.size)
    if last is None:
        return nearest
    same = min(faces, key=lambda shape: abs(shape.size - last.size))
    return nearest if nearest.size > 1.25 * same.size else same


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


Find = Callable[[Picture, float], list[Landmarks]]


def _mesh() -> tuple[Find, Callable[[], None]]:
    import mediapipe

    mesh = mediapipe.solutions.face_mesh.FaceMesh(max_num_faces=MOST_FACES, refine_landmarks=True)

    def find(picture: Picture, time: float) -> list[Landmarks]:
        del time  # the mesh follows from picture to picture without knowing when
        found = mesh.process(picture).multi_face_landmarks or []
        return [_pixels(face.landmark, picture) for face in found]

    return find, mesh.close


def _tasks(model: str) -> tuple[Find, Callable[[], None]]:
    import mediapipe
    from mediapipe.tasks import python as tasks

    options = tasks.vision.FaceLandmarkerOptions(
        base_options=tasks.BaseOptions(model_asset_path=model),
        running_mode=tasks.vision.RunningMode.VIDEO,
        num_faces=MOST_FACES,
    )
    landmarker = tasks.vision.FaceLandmarker.create_from_options(options)
    latest = -1

    def find(picture: Picture, time: float) -> list[Landmarks]:
        nonlocal latest
        latest = max(latest + 1, round(1000 * time))  # the task refuses times that do not grow
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=picture)
        return [_pixels(face, picture) for face in landmarker.detect_for_video(image, latest).face_landmarks]

    return find, landmarker.close


def _pixels(landmarks: Iterable[object], picture: Picture) -> Landmarks:
    height, width = picture.shape[:2]
    points = np.array([(point.x, point.y, point.z) for point in landmarks], dtype=np.float64)  # type: ignore[attr-defined]  # untyped package
    return points * np.array([width, height, width], dtype=np.float64)  # depth is given in the scale of the width
