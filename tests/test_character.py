"""The illustrated characters: each blend shape shows where it should, and bad input is named."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from avatar import sheet
from avatar.character import CharacterRenderer
from companion.types import BLENDSHAPES, EMOTIONS, Motion, Picture, Portrait

SIZE = 256
RENDERER = CharacterRenderer()
NAMES = tuple(RENDERER.characters())

# Regions of the picture as (left, top, right, bottom) shares of its side, roughly.
HAIR = (0.30, 0.06, 0.70, 0.16)
BROWS = (0.28, 0.30, 0.72, 0.42)
LEFT_EYE = (0.53, 0.38, 0.68, 0.50)
RIGHT_EYE = (0.32, 0.38, 0.47, 0.50)
NOSE = (0.40, 0.40, 0.60, 0.60)
MOUTH = (0.38, 0.58, 0.62, 0.74)
CHIN = (0.40, 0.68, 0.60, 0.82)
LOWER_FACE = (0.28, 0.48, 0.72, 0.82)


def draw(channels: Mapping[str, float], name: str = NAMES[0], size: int = SIZE) -> Picture:
    return _drawn(tuple(channels.items()), name, size)


@cache
def _drawn(channels: tuple[tuple[str, float], ...], name: str, size: int) -> Picture:
    return next(RENDERER.render(Portrait(name, size), sheet.motion([dict(channels)])))


def change(channels: Mapping[str, float], region: tuple[float, float, float, float], name: str = NAMES[0]) -> float:
    """Mean absolute difference to the neutral face inside a region, in grey levels."""
    size = SIZE
    left, top, right, bottom = (round(share * size) for share in region)
    difference = np.abs(draw(channels, name).astype(float) - draw({}, name))
    return float(difference[top:bottom, left:right].mean())


def iris_x(channels: Mapping[str, float], region: tuple[float, float, float, float]) -> float:
    """Where the darkest part of an eye (pupil and iris) lies from left to right, in pixels."""
    left, top, right, bottom = (round(share * SIZE) for share in region)
    darkness = np.clip(110 - draw(channels)[top:bottom, left:right].mean(-1), 0, None)
    return float((darkness.sum(0) * np.arange(left, right)).sum() / darkness.sum())


@pytest.mark.parametrize(("name", "size"), [*((name, 256) for name in NAMES), *((NAMES[0], n) for n in (64, 512))])
def test_every_character_is_drawn_at_every_size(name: str, size: int) -> None:
    picture = draw({"jawOpen": 0.3}, name, size)
    assert picture.shape == (size, size, 3)
    assert picture.dtype == np.uint8
    assert picture.std() > 20


def test_there_is_one_picture_per_frame_and_none_for_no_frames() -> None:
    assert len(list(RENDERER.render(Portrait(NAMES[0], SIZE), sheet.motion([{}] * 3)))) == 3
    assert not list(RENDERER.render(Portrait(NAMES[0], SIZE), sheet.motion([])))


def test_at_least_two_characters_have_a_title() -> None:
    assert len(NAMES) >= 2
    assert all(RENDERER.characters().values())


def test_pictures_are_the_same_every_time_and_whatever_came_before() -> None:
    pose = {"jawOpen": 0.4, "mouthSmileLeft": 0.5, "headYaw": 0.2, "browInnerUp": 0.6}
    other = {"cheekPuff": 1.0, "headRoll": -0.3, "noseSneerLeft": 1.0}
    first, _, again = RENDERER.render(Portrait(NAMES[0], SIZE), sheet.motion([pose, other, pose]))
    assert np.array_equal(first, again)
    fresh = next(CharacterRenderer().render(Portrait(NAMES[0], SIZE), sheet.motion([pose])))
    assert np.array_equal(first, fresh)


def test_sessions_in_several_threads_may_share_a_renderer() -> None:
    poses = [{"jawOpen": 0.1 * k, "headYaw": 0.05 * k} for k in range(6)]
    alone = [draw(pose) for pose in poses]
    with ThreadPoolExecutor(4) as pool:
        rounds = pool.map(lambda _: list(RENDERER.render(Portrait(NAMES[0], SIZE), sheet.motion(poses))), range(4))
        for together in rounds:
            assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


def test_earlier_pictures_are_not_overwritten_by_later_ones() -> None:
    still, moved = RENDERER.render(Portrait(NAMES[0], SIZE), sheet.motion([{}, {"jawOpen": 1.0}]))
    assert np.array_equal(still, draw({}))
    assert not np.array_equal(still, moved)


@pytest.mark.parametrize("shape", BLENDSHAPES)
@pytest.mark.parametrize("name", NAMES)
def test_every_shape_shows_in_its_own_part_of_the_face(name: str, shape: str) -> None:
    region = MOUTH
    if shape.startswith("eye"):
        region = LEFT_EYE if shape.endswith("Left") else RIGHT_EYE
    elif shape.startswith("brow"):
        region = BROWS
    elif shape in {"cheekPuff", "mouthLeft", "mouthRight"}:
        region = LOWER_FACE
    elif shape.startswith(("nose", "cheekSquint")):
        region = (0.28, 0.40, 0.72, 0.66)
    assert change({shape: 1.0}, region, name) > 0.5
    if not shape.startswith("brow"):
        assert change({shape: 1.0}, HAIR, name) < 0.25


def test_the_jaw_opens_the_mouth_and_lowers_the_chin_but_leaves_hair_and_eyes() -> None:
    assert change({"jawOpen": 0.6}, MOUTH) > 10
    assert change({"jawOpen": 0.6}, CHIN) > 4
    assert change({"jawOpen": 0.6}, HAIR) < 0.1
    assert change({"jawOpen": 0.6}, LEFT_EYE) < 0.5


def test_a_blink_covers_the_iris_and_only_of_that_eye() -> None:
    def dark(channels: Mapping[str, float], region: tuple[float, float, float, float]) -> int:
        left, top, right, bottom = (round(share * SIZE) for share in region)
        return int((draw(channels)[top:bottom, left:right].mean(-1) < 70).sum())

    assert dark({"eyeBlinkLeft": 1.0}, LEFT_EYE) < 0.5 * dark({}, LEFT_EYE)
    assert dark({"eyeBlinkLeft": 1.0}, RIGHT_EYE) == dark({}, RIGHT_EYE)


@pytest.mark.parametrize(
    "stem", ["mouthSmile", "mouthFrown", "mouthStretch", "mouthLowerDown", "mouthUpperUp", "noseSneer"]
)
def test_left_is_the_avatars_own_left_which_is_our_right(stem: str) -> None:
    ours_left, ours_right = (0.30, 0.45, 0.485, 0.78), (0.515, 0.45, 0.70, 0.78)
    assert change({f"{stem}Left": 1.0}, ours_right) > 1.5 * change({f"{stem}Left": 1.0}, ours_left)
    assert change({f"{stem}Right": 1.0}, ours_left) > 1.5 * change({f"{stem}Right": 1.0}, ours_right)


@pytest.mark.parametrize("also", [{}, {"eyeWideLeft": 1.0}, {"gazePitch": -0.4}, {"browInnerUp": 1.0}])
def test_a_blink_shuts_the_eye_whatever_else_it_does(also: Mapping[str, float]) -> None:
    left, top, right, bottom = (round(share * SIZE) for share in LEFT_EYE)

    def white(channels: Mapping[str, float]) -> int:
        """Pixels of eyeball: bright and, unlike skin, nearly without colour."""
        eye = draw(channels)[top:bottom, left:right].astype(int)
        return int(((eye.min(-1) > 130) & (eye.max(-1) - eye.min(-1) < 40)).sum())

    assert white(also) > 15
    assert white({**also, "eyeBlinkLeft": 1.0}) == 0


def test_gaze_turns_both_eyes_to_the_avatars_left_when_positive() -> None:
    for region in (LEFT_EYE, RIGHT_EYE):
        assert iris_x({"gazeYaw": 0.4}, region) > iris_x({}, region) + 1
        assert iris_x({"gazeYaw": -0.4}, region) < iris_x({}, region) - 1
    assert iris_x({"eyeLookOutLeft": 0.8}, LEFT_EYE) > iris_x({}, LEFT_EYE) + 1
    assert iris_x({"eyeLookOutRight": 0.8}, RIGHT_EYE) < iris_x({}, RIGHT_EYE) - 1


def test_gaze_asked_for_twice_is_not_turned_twice() -> None:
    once = draw({"gazeYaw": 0.25})
    twice = draw({"gazeYaw": 0.25, "eyeLookOutLeft": 0.5, "eyeLookInRight": 0.5})
    assert np.array_equal(once, twice)


def face_place(channels: Mapping[str, float]) -> tuple[float, float]:
    """The centre of the lips, found by their red, as shares of the picture's side."""
    picture = draw(channels).astype(float)
    red = np.clip(picture[..., 0] - 1.45 * picture[..., 1] - 20, 0, None)
    red[: SIZE // 2] = 0
    y, x = np.mgrid[:SIZE, :SIZE]
    return float((red * x).sum() / red.sum() / SIZE), float((red * y).sum() / red.sum() / SIZE)


def test_the_head_turns_nods_and_tilts_in_the_agreed_directions() -> None:
    x, y = face_place({})
    assert face_place({"headYaw": 0.3})[0] > x + 0.02
    assert face_place({"headYaw": -0.3})[0] < x - 0.02
    assert face_place({"headPitch": 0.25})[1] > y + 0.005
    # Tilting to its left shoulder takes the crown to our right: hair leaves the upper left.
    picture, tilted = draw({}).astype(float), draw({"headRoll": 0.3}).astype(float)
    corner = slice(round(0.06 * SIZE), round(0.2 * SIZE)), slice(round(0.24 * SIZE), round(0.34 * SIZE))
    assert tilted[corner].mean() > picture[corner].mean() + 10


def test_lips_stay_shut_when_mouth_close_follows_the_jaw() -> None:
    parted = change({"jawOpen": 0.5}, MOUTH)
    shut = change({"jawOpen": 0.5, "mouthClose": 0.5}, MOUTH)
    assert shut < 0.7 * parted


@pytest.mark.parametrize("name", NAMES)
def test_the_eight_feelings_look_different_from_one_another(name: str) -> None:
    region = slice(SIZE // 4, SIZE * 7 // 8), slice(SIZE // 4, SIZE * 3 // 4)
    faces = [draw(sheet.feeling(emotion), name).astype(float)[region] for emotion in EMOTIONS]
    apart = [np.abs(a - b).mean() for i, a in enumerate(faces) for b in faces[:i]]
    assert min(apart) > 1  # a grey level, averaged over the whole face


def test_weak_expressions_change_less_than_strong_ones() -> None:
    for emotion in EMOTIONS[1:]:
        weak, strong = (change(sheet.feeling(emotion, strength), LOWER_FACE) for strength in (0.3, 1.0))
        assert 0.1 < weak < 0.75 * strong


def test_values_out_of_range_are_clipped() -> None:
    assert np.array_equal(draw({"jawOpen": 1.0, "mouthSmileLeft": 0.0}), draw({"jawOpen": 7.0, "mouthSmileLeft": -3.0}))
    assert np.isfinite(draw({"headYaw": 9.0, "headPitch": -9.0, "headRoll": 9.0, "gazeYaw": 40.0})).all()


def test_an_unknown_character_is_named_with_the_nearest_right_one() -> None:
    with pytest.raises(ValueError, match=f"did you mean .{NAMES[0]}"):
        RENDERER.render(Portrait(NAMES[0] + "x", SIZE), sheet.motion([{}]))
    with pytest.raises(ValueError, match="unknown character"):
        RENDERER.render(Portrait("../../etc/passwd", SIZE), sheet.motion([{}]))


@pytest.mark.parametrize("size", [0, -5, 16, 100_000])
def test_an_impossible_size_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="side"):
        RENDERER.render(Portrait(NAMES[0], size), sheet.motion([{}]))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_value_that_is_no_number_is_refused_and_named(value: float) -> None:
    with pytest.raises(ValueError, match=r"frame 0 .*jawOpen"):
        RENDERER.render(Portrait(NAMES[0], SIZE), sheet.motion([{"jawOpen": value}]))


def test_motion_with_other_channels_is_refused() -> None:
    with pytest.raises(ValueError, match="frames x 57"):
        RENDERER.render(Portrait(NAMES[0], SIZE), Motion(np.zeros((2, 52), np.float32)))


def test_contact_sheets_are_written(tmp_path: Path) -> None:
    pictures = [draw({}), draw({"jawOpen": 1.0}), draw({"eyeBlinkLeft": 1.0})]
    page = sheet.contact_sheet(pictures, ["rest", "jaw", "blink"], 2)
    assert page.shape == (2 * SIZE, 2 * SIZE, 3)
    sheet.save(page, tmp_path / "page.png")
    assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")
