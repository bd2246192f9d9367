"""emotion2vec+ behind our contract, with a stand-in of FunASR's shape."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

import numpy as np
import pytest

from companion.engines import EngineError
from companion.types import AudioChunk, Samples
from tests.sounds import chunked, silence, voice
from voice.emotion2vec import MODEL, Emotion2vecReader

LABELS = ["生气/angry", "厌恶/disgusted", "恐惧/fearful", "开心/happy", "中立/neutral", "其他/other", "难过/sad",
          "吃惊/surprised", "<unk>"]  # fmt: skip
SCORES = [0.6, 0.02, 0.02, 0.02, 0.1, 0.2, 0.02, 0.02, 0.0]


class AutoModel:
    """What FunASR's class of this name takes and gives."""

    answer: object = [{"key": "rand_key", "labels": LABELS, "scores": SCORES}]

    def __init__(self, model: str, **options: object) -> None:
        if "missing" in model:
            raise AssertionError(f"{model} is not registered")
        self.model, self.options, self.asked = model, options, []  # type: ignore[var-annotated]

    def generate(self, sound: Samples, granularity: str, extract_embedding: bool) -> object:
        assert (granularity, extract_embedding) == ("utterance", False)
        assert sound.dtype == np.float32
        self.asked.append(len(sound))
        return self.answer


@pytest.fixture
def funasr(monkeypatch: pytest.MonkeyPatch) -> type[AutoModel]:
    module = ModuleType("funasr")
    module.AutoModel = AutoModel  # type: ignore[attr-defined]
    module.__spec__ = ModuleSpec("funasr", None)
    monkeypatch.setitem(sys.modules, "funasr", module)
    return AutoModel


def test_a_missing_package_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voice.emotion2vec.find_spec", lambda name: None)
    assert "pip install 'empathic-companion[emotion2vec]'" in (Emotion2vecReader.obstacle() or "")
    with pytest.raises(EngineError, match="funasr is missing"):
        Emotion2vecReader()


def test_its_labels_become_ours(funasr: type[AutoModel]) -> None:
    reader = Emotion2vecReader()
    assert reader._model.model == MODEL
    (reading,) = reader.assess([AudioChunk(voice(2.0), 16_000, 3.0)], adapt=True)
    assert reading.affect.dominant == "angry"
    assert reading.affect["angry"] == pytest.approx(0.75)  # 0.6 of the 0.8 that name a feeling
    assert reading.affect["contempt"] == 0
    assert reading.affect.arousal > 0.3
    assert (reading.start, reading.end) == (3.0, 5.0)
    assert 0.5 < reading.affect.confidence < 0.7


def test_a_stream_gives_one_reading_per_chunk_over_three_seconds(funasr: type[AutoModel]) -> None:
    reader = Emotion2vecReader("some/folder")
    readings = list(reader.read(chunked(np.concatenate((silence(1.0), voice(6.0))), 512)))
    assert len(readings) == -(-7 * 16_000 // 512)
    assert readings[0].affect.confidence == 0
    assert readings[20].events == ("silence",)
    assert readings[-1].affect.confidence > 0.5
    assert readings[-1].end - readings[-1].start == pytest.approx(3.0)
    assert max(reader._model.asked) == 48_000
    assert len(reader._model.asked) < 14


def test_only_other_is_no_feeling(funasr: type[AutoModel], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AutoModel, "answer", [{"labels": ["其他/other", "<unk>"], "scores": [0.9, 0.1]}])
    (reading,) = Emotion2vecReader().assess([AudioChunk(voice(2.0), 16_000, 0.0)], adapt=False)
    assert reading.affect.confidence == 0


@pytest.mark.parametrize("answer", [[], [{"labels": ["a/angry"]}], [{"labels": ["grumpy"], "scores": [1.0]}], None])
def test_an_answer_of_another_shape_is_one_clear_line(
    funasr: type[AutoModel], monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    monkeypatch.setattr(AutoModel, "answer", answer)
    with pytest.raises(EngineError, match=r"emotion2vec\+ gave an"):
        list(Emotion2vecReader().assess([AudioChunk(voice(2.0), 16_000, 0.0)], adapt=False))


def test_a_model_that_cannot_be_loaded_is_one_clear_line(funasr: type[AutoModel]) -> None:
    with pytest.raises(EngineError, match="cannot be loaded from missing"):
        Emotion2vecReader("missing")
