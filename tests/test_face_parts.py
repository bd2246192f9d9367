"""What the reader of faces looks at, how it learns, and how it is measured."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest

from companion import emotiefflib, hsemotion
from companion.affect import EMOTIONS, Affect
from companion.convolution import Convolution, prepared
from companion.covering import covered
from companion.crop import SIDE, Grey, cut, evened
from companion.engines import EngineError
from companion.faceevaluation import evaluate
from companion.facetraining import person, train
from companion.gestures import Gestures
from companion.headpose import HeadPose, Landmarks
from companion.labelled import DataError, Labelled
from companion.packaged_face import PackagedFaceReader
from companion.photo import degraded, photo
from companion.registry import obstacle
from companion.shape import partners, shape
from companion.texture import gradients, patterns
from companion.types import FaceReading, Picture
from weights.store import read, write


def landmarks(scale: float = 1.0, roll: float = 0.0) -> Landmarks:
    """A face of random points that is the same on both sides."""
    random = np.random.default_rng(3)
    points = np.empty((478, 3))
    half = random.normal(0, 30, (234, 3))
    half[:, 0] = np.abs(half[:, 0]) + 1
    points[:234], points[234:468] = half, half * [-1, 1, 1]
    points[468:] = random.normal(0, 1, (10, 3))
    for index, place in {33: (-50, 0), 133: (-20, 0), 362: (20, 0), 263: (50, 0), 10: (0, -70), 152: (0, 90)}.items():
        points[index] = (*place, 0)
    c, s = np.cos(roll), np.sin(roll)
    turn = np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])
    return np.asarray(points @ turn * scale + [160, 120, 0], np.float64)


def drawing(points: Landmarks) -> Picture:
    """A dot at each of some landmarks."""
    picture = np.full((240, 320, 3), 90, np.uint8)
    for x, y, _ in points[:60]:
        cv2.circle(picture, (round(x), round(y)), 5, (220, 180, 160), -1)
    return picture


def upright(points: Landmarks) -> Grey:
    """The evened face of a drawing of these landmarks."""
    return evened(cut(drawing(points), points, HeadPose.of(points)))


@pytest.mark.parametrize(("scale", "roll"), [(0.7, 0.0), (1.0, 0.3), (0.8, -0.4)])
def test_a_face_is_cut_out_alike_however_large_it_is_and_tilted(scale: float, roll: float) -> None:
    faces = [upright(points).astype(float) for points in (landmarks(), landmarks(scale, roll))]
    assert faces[0].shape == (SIDE, SIDE)
    assert np.corrcoef(faces[0].ravel(), faces[1].ravel())[0, 1] > 0.6


def test_a_mirrored_face_has_the_same_shape_and_looks() -> None:
    points = landmarks()
    face = upright(points)
    other = np.ascontiguousarray(face[:, ::-1])
    assert gradients(face) == pytest.approx(gradients(other), abs=1e-5)
    assert patterns(face) == pytest.approx(patterns(other), abs=1e-5)
    half = np.abs(np.random.default_rng(0).normal(0, 1, (234, 3)))
    partner = partners(np.concatenate([half, half * [-1, 1, 1]]))
    assert np.array_equal(partner, (np.arange(468) + 234) % 468)
    assert len(shape(points, HeadPose.of(points), partner)) == 950


def test_evenly_brighter_light_changes_no_pattern() -> None:
    face = np.random.default_rng(0).integers(20, 120, (SIDE, SIDE)).astype(np.uint8)
    assert np.corrcoef(patterns(face), patterns((face * 1.5).astype(np.uint8)))[0, 1] > 0.97


def test_the_network_computes_what_pytorch_computes() -> None:
    import torch

    from companion.facenetwork import _folded, _network

    torch.manual_seed(0)
    network = _network(5)
    for norm in network.norms:
        norm.running_mean.normal_(0, 0.3)
        norm.running_var.uniform_(0.5, 2)
    network.eval()
    arrays = {name: array.astype(np.float32) for name, array in _folded(network).items()}
    face = np.random.default_rng(0).integers(0, 255, (SIDE, SIDE)).astype(np.uint8)
    ours, hidden = Convolution(arrays).look(face)
    theirs, covers = [], []
    with torch.no_grad():
        for shown in (prepared(face), prepared(face)[:, ::-1].copy()):
            feelings, cover = network(torch.from_numpy(shown)[None, None])
            theirs.append(torch.log_softmax(feelings, 1)[0].numpy())
            covers.append(float(torch.sigmoid(cover)))
    assert ours == pytest.approx(np.mean(theirs, axis=0), abs=0.01)  # the arrays are half precision
    assert hidden == pytest.approx(np.mean(covers), abs=0.01)


def test_covering_hides_a_part_and_leaves_the_rest() -> None:
    face = np.random.default_rng(0).integers(60, 200, (SIDE, SIDE)).astype(np.uint8)
    for seed in range(12):
        changed = np.abs(covered(face, np.random.default_rng(seed)).astype(int) - face) > 3
        assert 0.05 < changed.mean() < 0.7


def seen(gestures: Gestures, angles: list[float], closed: list[float], axis: int = 0) -> list[str]:
    found: list[str] = []
    for i, (angle, shut) in enumerate(zip(angles, closed, strict=True)):
        head = (angle, 0.0, 0.0) if axis == 0 else (0.0, angle, 0.0)
        found += gestures.see(i / 12, {"eyes_closed": shut}, head)
    return found


def test_a_blink_is_told_once_and_closed_eyes_are_none() -> None:
    assert seen(Gestures(), [0.0] * 12, [0.1] * 4 + [0.9] * 3 + [0.1] * 5) == ["blink"]
    assert seen(Gestures(), [0.0] * 24, [0.1] * 4 + [0.9] * 15 + [0.1] * 5) == []


@pytest.mark.parametrize(("axis", "name"), [(0, "nod"), (1, "shake")])
def test_a_head_that_goes_to_and_fro_nods_or_shakes(axis: int, name: str) -> None:
    swing = [0.0] * 4 + [0.06, 0.12, 0.06, 0.0, 0.06, 0.12, 0.05, 0.0] + [0.0] * 8
    assert set(seen(Gestures(), swing, [0.0] * len(swing), axis)) == {name}


def test_a_head_that_only_turns_or_trembles_does_neither() -> None:
    turn = [0.0] * 4 + [0.1 * i for i in range(6)] + [0.5] * 10
    random = np.random.default_rng(0)
    tremble = (0.008 * random.standard_normal(60)).tolist()
    assert seen(Gestures(), turn, [0.0] * len(turn)) == []
    assert seen(Gestures(), tremble, [0.0] * len(tremble)) == []


def test_a_photo_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("no picture")
    (tmp_path / "b.jpg").touch()
    for name in ("a.jpg", "b.jpg"):
        with pytest.raises(DataError, match=f"{name} is not a picture"):
            photo(tmp_path / name)
    with pytest.raises(DataError, match=r"c\.jpg cannot be read"):
        photo(tmp_path / "c.jpg")


def test_a_poor_camera_keeps_the_size() -> None:
    picture = np.random.default_rng(0).integers(0, 255, (90, 120, 3)).astype(np.uint8)
    poor = degraded(picture, np.random.default_rng(1))
    assert poor.shape == picture.shape
    assert np.array_equal(poor, degraded(picture, np.random.default_rng(1)))


@pytest.mark.parametrize(
    ("name", "who"), [("George_W_Bush_0003.jpg", "George_W_Bush"), ("Dwarakish_14.jpg", "Dwarakish"), ("a.jpg", "a")]
)
def test_photos_of_one_person_are_known_to_be(name: str, who: str) -> None:
    assert person(Labelled(Path(name), "sad")) == who


class Known:
    """Reads the feeling off the brightness of a photo; finds no face in a black one."""

    def look(self, picture: Picture) -> FaceReading:
        level = int(picture.mean())
        affect = Affect.unknown() if level < 5 else Affect.of(EMOTIONS[round(level / 30)], 0.9)
        return FaceReading(0.0, affect)


def album(folder: Path, rows: list[tuple[str, int]]) -> Path:
    folder.mkdir()
    for i, (_, level) in enumerate(rows):
        cv2.imwrite(str(folder / f"p_{i}.png"), np.full((32, 32, 3), level, np.uint8))
    table = "\n".join(f"p_{i}.png,{label}" for i, (label, _) in enumerate(rows))
    (folder / "labels.csv").write_text(f"file,emotion\n{table}\n")
    return folder


def test_a_photo_without_a_face_counts_as_wrong(tmp_path: Path) -> None:
    folder = album(tmp_path / "a", [("happiness", 30), ("happiness", 0), ("sadness", 60), ("sadness", 90)])
    found, extras = evaluate(folder, Known(), lambda _share: None)
    assert extras["no_face"] == 1
    assert found.labels == ("happy", "sad")
    assert found.accuracy == 0.5  # angry is none of the labels here: what is left of that photo points nowhere


@pytest.mark.data
def test_training_learns_is_repeatable_and_goes_on_where_it_stopped(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("companion.facetraining.LEAST_PHOTOS", 8)
    monkeypatch.setattr("companion.facenetwork.EPOCHS", 2)
    rows = (data / "faces" / "labels.csv").read_text().splitlines()
    chosen = [row for name in ("happiness", "surprise") for row in rows if row.endswith(name)][:12]
    chosen += [row for row in rows if row.endswith("surprise")][:12]
    for row in chosen:
        (tmp_path / row.split(",")[0]).symlink_to(data / "faces" / row.split(",")[0])
    (tmp_path / "labels.csv").write_text("\n".join([rows[0], *chosen]))

    def stop(share: float, what: str) -> None:
        if what.endswith("fold 3 of 5"):
            raise KeyboardInterrupt

    out = tmp_path / "face.safetensors"
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, out, 1, stop)
    kept = list(out.with_name("face.safetensors.resume").iterdir())
    figures = train(tmp_path, out, 1, lambda _share, _what: None)
    assert {path.name for path in kept} >= {"network-0.npz", "network-1.npz"}
    assert not out.with_name("face.safetensors.resume").exists()
    assert figures["uar"] > 0.6
    assert read(out).facts["labels"] == ["happy", "surprise"]
    again = tmp_path / "again.safetensors"
    train(tmp_path, again, 1, lambda _share, _what: None)
    assert again.read_bytes() == out.read_bytes()


def test_too_few_photos_are_said(tmp_path: Path) -> None:
    folder = album(tmp_path / "a", [("happiness", 30), ("sadness", 60)])
    with pytest.raises(DataError, match="no face was found in any of 2 photos"):
        train(folder, tmp_path / "face.safetensors", 0, lambda _share, _what: None)


class Stand:
    """A recogniser of the shape that both packages give: it always sees joy."""

    def __init__(self, **options: str) -> None:
        self.options = options
        names = ("Anger", "Contempt", "Disgust", "Fear", "Happiness", "Neutral", "Sadness", "Surprise")
        self.idx_to_class = self.idx_to_emotion_class = dict(enumerate(names))

    def predict_emotions(
        self, face_img: Picture, logits: bool
    ) -> tuple[list[str], np.ndarray[tuple[int, int], np.dtype[np.float32]]]:
        assert face_img.ndim == 3
        assert not logits
        scores = [0.02] * 4 + [0.86] + [0.02] * 3
        if "mtl" in self.options.get("model_name", ""):
            scores += [0.7, 0.2]
        return ["Happiness"], np.array([scores], np.float32)


@pytest.mark.data
@pytest.mark.parametrize("package", ["hsemotion", "emotiefflib"])
def test_a_packaged_network_is_used_as_its_package_offers_it(
    data: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    inner = {"hsemotion": "hsemotion_onnx.facial_emotions", "emotiefflib": "emotiefflib.facial_analysis"}[package]
    module = ModuleType(inner)
    vars(module).update(HSEmotionRecognizer=Stand, EmotiEffLibRecognizer=Stand)
    monkeypatch.setitem(sys.modules, inner.partition(".")[0], ModuleType(inner.partition(".")[0]))
    monkeypatch.setitem(sys.modules, inner, module)
    reader = hsemotion.HsemotionReader() if package == "hsemotion" else emotiefflib.EmotiefflibReader()
    reading = reader.look(photo(next((data / "faces").glob("*_0001.jpg"))))
    assert reading.affect.dominant == "happy"
    assert reading.affect["happy"] == pytest.approx(0.86)
    assert reading.affect.valence == pytest.approx(0.7 if package == "emotiefflib" else reading.affect.valence)


def test_a_network_with_other_labels_is_refused() -> None:
    with pytest.raises(EngineError, match="labels are not feelings"):
        PackagedFaceReader(Stand(), {0: "cat", 1: "dog"})


@pytest.mark.parametrize("kind", [hsemotion.HsemotionReader, emotiefflib.EmotiefflibReader])
def test_a_missing_package_is_named_with_its_cure(kind: type) -> None:
    reason = obstacle(kind)
    assert reason is not None
    assert "pip install 'empathic-companion[" in reason or "is not there" in reason


def test_weights_of_another_kind_are_refused(tmp_path: Path) -> None:
    from companion.expression import Expression
    from weights.store import WeightsError

    write(tmp_path / "a.safetensors", {"x": np.zeros(1)}, {})
    with pytest.raises(WeightsError, match="hold no"):
        Expression(str(tmp_path / "a.safetensors"))
