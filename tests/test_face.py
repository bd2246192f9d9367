"""Faces to feelings."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from companion.cues import BLENDSHAPE_GAUGE, LANDMARK_GAUGE, landmark_measures
from companion.engines import EngineError
from companion.expression import prototype
from companion.face import MediapipeReader, _followed
from companion.headpose import HeadPose, Landmarks
from companion.landmarker import Landmarker, _quiet
from companion.neutral import Neutral
from companion.recording import Recording
from companion.types import FaceReading, VideoFrame

GENERIC = LANDMARK_GAUGE.generic
NEUTRAL = LANDMARK_GAUGE.neutral()
LOGITS = np.zeros(6, np.float32)


def changed(**shares: float) -> dict[str, float]:
    """Cues of a face that differs from neutral by shares of a full expression."""
    measures = {name: NEUTRAL[name] + shares.get(name, 0.0) * GENERIC[name][1] for name in GENERIC}
    return LANDMARK_GAUGE.cues(measures, NEUTRAL)


def turned(points: Landmarks, yaw: float) -> Landmarks:
    """Landmarks of the same face with the head turned to its own left, which is right in the picture."""
    c, s = np.cos(yaw), np.sin(yaw)
    return np.asarray(points @ np.array([[c, 0, -s], [0, 1, 0], [s, 0, c]]).T, dtype=np.float64)


@pytest.fixture(scope="module")
def video(data: Path) -> list[VideoFrame]:
    frames = (item for item in Recording(data / "talking" / "hdtf_1.mp4") if isinstance(item, VideoFrame))
    return list(islice(frames, 50))


@pytest.fixture(scope="module")
def readings(video: list[VideoFrame]) -> list[FaceReading]:
    return list(MediapipeReader().read(video))


@pytest.mark.parametrize(
    ("shares", "emotion"),
    [
        ({}, "neutral"),
        ({"corner_lift": 1.0, "mouth_width": 0.8}, "happy"),
        ({"corner_lift": -1.0, "inner_brow": 1.0}, "sad"),
        ({"inner_brow": -1.0, "lip_thickness": -0.8}, "angry"),
        ({"nose_length": -1.2}, "disgust"),
        ({"middle_brow": 1.0, "outer_brow": 1.0, "eye_opening": 1.0, "mouth_gap": 1.0}, "surprise"),
        ({"inner_brow": 1.3, "outer_brow": 0.6, "middle_brow": 0.6, "eye_opening": 1.0, "mouth_width": 0.9}, "fear"),
        ({"corner_left_less_right": 1.6}, "contempt"),
    ],
)
def test_each_prototype_is_read_as_its_prototype(shares: dict[str, float], emotion: str) -> None:
    assert prototype(changed(**shares)).dominant == emotion


def test_a_growing_smile_is_pleasanter_and_pleasanter() -> None:
    smiles = [prototype(changed(corner_lift=x, mouth_width=0.6 * x)) for x in (0, 0.3, 0.6, 1.0)]
    valences = [affect.valence for affect in smiles]
    assert valences == sorted(valences)
    assert valences[-1] > 0.5


def test_the_own_neutral_takes_the_place_of_the_generic_one() -> None:
    neutral = Neutral(LANDMARK_GAUGE)
    own = {name: middle + 0.4 * GENERIC[name][1] for name, middle in NEUTRAL.items()}
    before = neutral.trust
    for i in range(31):
        neutral.learn({**own, "mouth_gap": 0.5} if i % 4 == 0 else own, LOGITS, i / 12)  # talking all the while
    assert before < 0.5 < neutral.trust == 1
    assert neutral.measures == pytest.approx(own, abs=1e-6)
    assert prototype(neutral.cues(own)).dominant == "neutral"


def test_a_smile_held_from_the_start_is_not_taken_for_neutral() -> None:
    neutral = Neutral(LANDMARK_GAUGE)
    smile = {**NEUTRAL, "corner_lift": NEUTRAL["corner_lift"] + 2 * GENERIC["corner_lift"][1]}
    for i in range(30):
        neutral.learn(smile, LOGITS, i / 12)
    assert neutral.cues(smile)["smile"] > 0.5


def test_a_sad_face_stays_sad_for_as_long_as_it_is_held() -> None:
    neutral = Neutral(LANDMARK_GAUGE)
    sad = {**NEUTRAL, "corner_lift": -0.06, "inner_brow": 0.18}
    for i in range(30):
        neutral.learn(NEUTRAL, LOGITS, i / 12)
    for i in range(30, 1000):
        neutral.learn(sad, LOGITS, i / 12)
    assert prototype(neutral.cues(sad)).dominant == "sad"


def test_a_resting_face_that_looks_sad_by_nature_is_partly_forgiven() -> None:
    neutral, usual = Neutral(LANDMARK_GAUGE), np.array([2, 0, 0, 0, 0, 0], np.float32)
    droopy = np.array([1, 0, 1, 0, 0, 0], np.float32)
    assert np.array_equal(neutral.against(droopy, usual), droopy)  # nothing was learnt yet
    for i in range(30):
        neutral.learn(NEUTRAL, droopy, i / 12)
    forgiven = neutral.against(droopy, usual)
    assert forgiven[2] < droopy[2]
    assert forgiven[0] > droopy[0]
    assert np.abs(forgiven - droopy).max() <= 0.46  # whoever is sad from the start is still seen to be


def test_a_mouth_opened_to_speak_is_no_prototype() -> None:
    assert prototype(changed(mouth_gap=0.6)).dominant == "neutral"


@pytest.mark.parametrize("picture", ["black", "noise", "grey"])
def test_where_no_face_is_no_feeling_is_invented(picture: str) -> None:
    random = np.random.default_rng(0)
    pixels = {
        "black": np.zeros((480, 640, 3), np.uint8),
        "noise": random.integers(0, 255, (480, 640, 3)).astype(np.uint8),
        "grey": np.full((480, 640, 3), 128, np.uint8),
    }[picture]
    (reading,) = MediapipeReader().read([VideoFrame(pixels, 0.0)])
    assert reading.affect.confidence == 0
    assert reading.note


def test_a_picture_that_is_none_is_refused_in_one_line() -> None:
    with pytest.raises(ValueError, match="H x W x 3"):
        list(MediapipeReader().read([VideoFrame(np.zeros((4, 4), np.uint8), 0.0)]))


def test_starting_up_is_quiet_and_the_errors_of_others_get_through(capfd: pytest.CaptureFixture[str]) -> None:
    list(MediapipeReader().read([VideoFrame(np.full((240, 320, 3), 128, np.uint8), 0.0)]))
    assert capfd.readouterr().err == ""
    with _quiet():
        os.write(
            2, b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\nE0000 00:00:1.2 9 gl_context.cc:1] no\nmine\n"
        )
    assert capfd.readouterr().err == "E0000 00:00:1.2 9 gl_context.cc:1] no\nmine\n"


@pytest.mark.data
def test_the_first_face_is_met_in_silence(video: list[VideoFrame], capfd: pytest.CaptureFixture[str]) -> None:
    list(MediapipeReader().read(video[:3]))
    MediapipeReader().look(video[0].picture)
    assert capfd.readouterr().err == ""


@pytest.mark.data
def test_a_second_smaller_face_never_takes_the_eye_from_the_first(video: list[VideoFrame]) -> None:
    picture = cv2.resize(video[0].picture, (400, 400))
    frames = []
    for i in range(24):
        side = round(400 * (0.9 + 0.2 * (i % 2)))  # now a little larger, now a little smaller
        row = np.zeros((440, 840, 3), np.uint8)
        row[:400, :400] = picture
        row[:side, 400 : 400 + side] = cv2.resize(picture, (side, side))
        frames.append(VideoFrame(row, i / 12))
    landmarker = Landmarker.mesh()
    last, places = None, []
    for frame in frames:
        faces = landmarker.find(frame.picture, frame.time)
        if faces:
            last = _followed(faces, last)
            places.append(last.pose.centre[0] < 400)
    landmarker.close()
    assert len(places) > 12
    assert len(set(places)) == 1


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "face.task"
    wrong.write_bytes(b"not a model")
    with pytest.raises(EngineError, match="is not a face landmarker model"):
        list(MediapipeReader(str(wrong)).read([VideoFrame(np.full((64, 64, 3), 128, np.uint8), 0.0)]))


def test_a_missing_model_is_named() -> None:
    with pytest.raises(EngineError, match="no face landmarker model"):
        MediapipeReader("/nowhere/face.task")


@pytest.mark.data
def test_a_speaking_person_is_seen_in_nearly_every_frame(readings: list[FaceReading]) -> None:
    assert len(readings) == 50
    assert sum(reading.affect.confidence > 0 for reading in readings) >= 48
    assert readings[-1].affect.confidence > readings[0].affect.confidence  # the own neutral is learnt


@pytest.mark.data
def test_the_head_of_a_mirrored_picture_turns_the_other_way(video: list[VideoFrame]) -> None:
    mirrored = [VideoFrame(np.ascontiguousarray(frame.picture[:, ::-1]), frame.time) for frame in video[:8]]
    straight = list(MediapipeReader().read(video[:8]))[-1]
    turned_over = list(MediapipeReader().read(mirrored))[-1]
    assert turned_over.head[1] == pytest.approx(-straight.head[1], abs=0.08)
    assert turned_over.head[2] == pytest.approx(-straight.head[2], abs=0.08)


@pytest.mark.data
def test_three_faces_are_noted_and_the_nearest_is_followed(video: list[VideoFrame]) -> None:
    picture = video[0].picture
    height, width = picture.shape[:2]
    small = cv2.resize(picture, None, fx=0.75, fy=0.75)
    row = np.zeros((height, 2 * width, 3), np.uint8)
    row[:, :width] = picture
    row[: small.shape[0], width : width + small.shape[1]] = small
    frames = [VideoFrame(row, i / 12) for i in range(12)]
    reading = list(MediapipeReader().read(frames))[-1]
    assert reading.affect.confidence > 0
    assert "faces" in reading.note


@pytest.mark.data
def test_someone_who_joins_or_leaves_is_noticed_within_a_second(video: list[VideoFrame]) -> None:
    alone = np.zeros((512, 1024, 3), np.uint8)
    alone[:, :512] = cv2.resize(video[0].picture, (512, 512))
    joined = alone.copy()
    joined[:, 512:] = alone[:, :512]
    frames = [VideoFrame(joined if 12 <= i < 36 else alone, i / 12) for i in range(60)]
    together = ["faces" in reading.note for reading in MediapipeReader().read(frames)]
    assert not any(together[:12])
    assert all(together[23:36])
    assert not any(together[47:])


@pytest.mark.data
def test_a_face_that_jumps_is_not_lost(video: list[VideoFrame]) -> None:
    pictures = [np.zeros((480, 960, 3), np.uint8) for _ in range(2)]
    pictures[0][:, :480] = pictures[1][:, 480:] = cv2.resize(video[0].picture, (480, 480))
    readings = list(MediapipeReader().read([VideoFrame(pictures[i // 3 % 2], i / 12) for i in range(18)]))
    assert all(reading.affect.confidence > 0 for reading in readings)


@pytest.mark.data
def test_people_who_talk_do_not_look_surprised(readings: list[FaceReading]) -> None:
    late = readings[25:]
    assert sum(reading.affect.dominant == "surprise" for reading in late) <= len(late) // 10


@pytest.mark.data
def test_a_photo_is_read_as_a_stranger_s_face(video: list[VideoFrame]) -> None:
    reader = MediapipeReader()
    whole = reader.look(video[0].picture)
    small = reader.look(np.asarray(cv2.resize(video[0].picture, None, fx=0.4, fy=0.4), np.uint8))
    assert 0 < whole.affect.confidence < 0.5
    assert whole.affect.dominant == small.affect.dominant
    assert reader.look(np.full((64, 64, 3), 128, np.uint8)).affect.confidence == 0


@pytest.mark.data
@pytest.mark.parametrize("part", ["mouth", "eyes"])
def test_a_face_whose_part_is_covered_is_not_read_as_if_it_were_seen(video: list[VideoFrame], part: str) -> None:
    frames = []
    open_face = list(MediapipeReader().read(video[:20]))[-1]
    stills = Landmarker.stills()
    points = stills.find(video[0].picture, 0.0)[0].points
    stills.close()
    nose = round(float(points[2, 1]))
    rows = slice(nose, None) if part == "mouth" else slice(0, nose - round(0.3 * float(points[152, 1] - nose)))
    random = np.random.default_rng(1)
    for frame in video[:20]:
        picture = frame.picture.copy()
        picture[rows] = np.clip(random.normal(120, 8, picture[rows].shape), 0, 255)
        frames.append(VideoFrame(picture, frame.time))
    hidden = list(MediapipeReader().read(frames))[-1]
    assert hidden.affect.confidence < 0.35 * open_face.affect.confidence


@pytest.mark.data
def test_the_landmarker_task_gives_the_same_kind_of_reading(data: Path, video: list[VideoFrame]) -> None:
    model = data.parent / "models" / "face_landmarker.task"
    if not model.is_file():
        pytest.skip(f"no {model}")
    readings = list(MediapipeReader(str(model)).read(video[:10]))
    assert all(reading.affect.confidence > 0 for reading in readings)


def test_turning_the_head_changes_the_pose_and_hardly_the_measures() -> None:
    random = np.random.default_rng(1)
    points = random.normal(0, 40, (478, 3))
    points[33], points[263], points[10], points[152] = (-50, 0, 0), (50, 0, 0), (0, -60, 0), (0, 90, 0)
    side = turned(points, 0.4)
    before, after = HeadPose.of(points), HeadPose.of(side)
    assert after.head[1] - before.head[1] == pytest.approx(0.4, abs=0.01)
    assert landmark_measures(side, after) == pytest.approx(landmark_measures(points, before), abs=1e-6)


def test_both_models_give_the_same_cues() -> None:
    from_shapes = BLENDSHAPE_GAUGE.cues(BLENDSHAPE_GAUGE.neutral(), BLENDSHAPE_GAUGE.neutral())
    assert from_shapes.keys() == changed().keys()
    assert prototype(from_shapes).dominant == "neutral"


def test_landmarks_of_no_face_are_refused() -> None:
    with pytest.raises(ValueError, match="478 x 3"):
        HeadPose.of(np.zeros((468, 3)))
    with pytest.raises(ValueError, match="one place"):
        HeadPose.of(np.zeros((478, 3)))
