"""The training of the voice reader, on a small corpus of made voices."""

from __future__ import annotations

import csv
import wave
from pathlib import Path

import numpy as np
import pytest

from companion.labelled import DataError
from companion.types import HEARING_HZ, AudioChunk, Samples
from tests.sounds import decoded, noise, silence, voice
from voice import training
from voice.augmentation import Place
from voice.contours import CHANNELS, contours
from voice.evaluation import evaluate
from voice.functionals import functionals, measurable
from voice.learning import exported, pupil
from voice.network import VoiceNetwork
from voice.phonation import whole
from voice.prosody import ProsodyReader
from voice.tone_reader import ToneReader
from voice.training import train
from weights.store import Weights, read

MANNERS = {"neutral": (1.0, 0.1, 4.0), "anger": (1.35, 0.3, 6.0), "sadness": (0.9, 0.04, 2.5)}
"""Pitch against the speaker's, level, syllables a second."""


def write_sound(path: Path, samples: Samples) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(HEARING_HZ)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype(np.int16).tobytes())


def spoken(hz: float, emotion: str, take: int) -> Samples:
    pitch, level, syllables = MANNERS[emotion]
    sound = voice(1.2 + 0.1 * take, hz * pitch, level=level, syllables=syllables)
    return np.asarray(sound + np.random.default_rng(take).normal(0, 0.001, len(sound)), np.float32)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "made"
    folder.mkdir()
    rows = []
    for speaker, hz in enumerate((110.0, 140.0, 190.0, 230.0)):
        for emotion in MANNERS:
            for take in range(2):
                name = f"{speaker}_{emotion}_{take}.wav"
                write_sound(folder / name, spoken(hz, emotion, take))
                rows.append({"file": name, "speaker": f"s{speaker}", "emotion": emotion})
    with (folder / "labels.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["file", "speaker", "emotion"])
        writer.writeheader()
        writer.writerows(rows)
    return folder


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """A training of seconds: fewer folds, networks and passes than the real one."""
    for name, value in {"FOLDS": 2, "FOLD_MEMBERS": 1, "MEMBERS": 1, "EPOCHS": 24, "BATCH": 16}.items():
        monkeypatch.setattr(training, name, value)


@pytest.fixture(scope="module")
def trained(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("weights") / "voice.safetensors"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"FOLDS": 2, "FOLD_MEMBERS": 1, "MEMBERS": 1, "EPOCHS": 24, "BATCH": 16}.items():
            patch.setattr(training, name, value)
        told: list[float] = []
        found = train(corpus, out, 0, lambda share, what: told.append(share))
    assert told == sorted(told)
    assert 0 <= told[0] <= told[-1] <= 1
    assert found["made_adapted_uar"] > 0.6  # guessing gives a third
    assert not out.with_name(out.name + ".resume").exists()
    return out


def test_the_facts_tell_how_it_was_made(trained: Path) -> None:
    facts = read(trained).facts
    assert facts["labels"] == ["neutral", "sad", "angry"]
    assert facts["seed"] == 0
    assert facts["figures"]["made_uar_low"] <= facts["figures"]["made_adapted_uar"] <= facts["figures"]["made_uar_high"]
    assert 0.05 < facts["temperature"] < 8
    assert len(facts["bias"]) == 3


def test_what_was_trained_tells_the_feelings_of_a_new_voice(trained: Path) -> None:
    reader = ProsodyReader(str(trained))
    truth = [emotion for emotion in MANNERS for _ in range(2)]
    clips = [AudioChunk(spoken(165.0, emotion, i % 2), HEARING_HZ, 0.0) for i, emotion in enumerate(truth)]
    found = [reading.affect.dominant for reading in reader.assess(clips, adapt=True)]
    ours = {"neutral": "neutral", "anger": "angry", "sadness": "sad"}
    assert sum(ours[t] == f for t, f in zip(truth, found, strict=True)) >= 5


def test_evaluation_counts_every_clip(trained: Path, corpus: Path) -> None:
    told: list[float] = []
    figures, extras = evaluate(corpus, ProsodyReader(str(trained)), True, told.append)
    assert figures.n == 24
    assert figures.labels == ("neutral", "sad", "angry")
    assert figures.uar > 0.6
    assert extras == {"unread": 0, "speakers": 4, "adapted": True}
    assert told[-1] == 1


def test_an_engine_without_assess_hears_each_clip_as_a_stream(corpus: Path) -> None:
    figures, extras = evaluate(corpus, ToneReader(), True, lambda share: None)
    # Its first three seconds of speech are no guess, and no clip is longer: all count as wrong.
    assert extras == {"unread": 24, "speakers": 4, "adapted": False}
    assert figures.uar == 0


@pytest.mark.usefixtures("brief")
def test_a_stopped_training_goes_on_and_ends_the_same(
    corpus: Path, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "voice.safetensors"

    def stop(share: float, what: str) -> None:
        if what.startswith("fold 2"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(corpus, out, 0, stop)
    kept = out.with_name(out.name + ".resume")
    assert (kept / "fold0" / "0.safetensors").exists()
    seen = []
    monkeypatch.setattr("voice.examples._measure_speaker", lambda *parts: seen.append(parts))
    train(corpus, out, 0, lambda share, what: None)
    assert not seen  # nothing was measured twice
    assert out.read_bytes() == trained.read_bytes()


def table(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "labels.csv").write_text(text)
    return folder


def test_data_that_cannot_be_used_is_one_clear_line(tmp_path: Path, corpus: Path) -> None:
    sound = corpus / "0_anger_0.wav"
    cases = {
        "holds no labels.csv": tmp_path / "nothing",
        "without a speaker": table(tmp_path / "nameless", f"file,emotion\n{sound},anger\n"),
        "two different emotions": table(tmp_path / "one", f"file,speaker,emotion\n{sound},a,anger\n"),
        "unknown emotion label": table(tmp_path / "odd", f"file,speaker,emotion\n{sound},a,grumpy\n"),
        "speakers: 3 are needed": table(
            tmp_path / "few", f"file,speaker,emotion\n{sound},a,anger\n{corpus / '0_neutral_0.wav'},a,neutral\n"
        ),
    }
    for message, folder in cases.items():
        with pytest.raises(DataError, match=message):
            train(folder, tmp_path / "out.safetensors", 0, lambda share, what: None)


def test_a_damaged_sound_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.wav").write_bytes(b"not sound at all")
    table(tmp_path, "file,speaker,emotion\nbad.wav,a,anger\n")
    with pytest.raises(DataError, match=r"bad\.wav is no sound file"):
        evaluate(tmp_path, ToneReader(), False, lambda share: None)


def test_silent_and_short_clips_count_as_wrong(trained: Path, tmp_path: Path) -> None:
    write_sound(tmp_path / "silent.wav", silence(2.0))
    write_sound(tmp_path / "short.wav", voice(0.1))
    write_sound(tmp_path / "good.wav", voice(2.0))
    table(tmp_path, "file,speaker,emotion\nsilent.wav,a,anger\nshort.wav,a,sad\ngood.wav,a,neutral\n")
    figures, extras = evaluate(tmp_path, ProsodyReader(str(trained)), True, lambda share: None)
    assert extras["unread"] == 2
    assert figures.per_class["angry"]["recall"] == figures.per_class["sad"]["recall"] == 0


def test_the_numpy_network_computes_what_was_trained() -> None:
    import torch

    torch.manual_seed(4)
    network = pupil(20, 5)
    network.train()
    for _ in range(3):  # so that the running statistics are not those of a fresh network
        network(torch.randn(8, CHANNELS, 80) * 2 + 1, torch.ones(8, 80), torch.randn(8, 20))
    network.eval()
    arrays = exported({name: value.numpy() for name, value in network.state_dict().items()})
    weights = Weights({f"0.{name}": array for name, array in arrays.items()}, {"members": 1})
    for steps in (5, 60, 121):
        sound, row = torch.randn(1, CHANNELS, steps), torch.randn(1, 20)
        with torch.no_grad():
            expected = torch.log_softmax(network(sound, torch.ones(1, steps), row), dim=1)[0].numpy()
        found = VoiceNetwork(weights).opinion(sound[0].numpy().T, row[0].numpy())
        assert found == pytest.approx(expected, abs=1e-4)


def test_measures_of_speech_are_finite_and_know_no_volume() -> None:
    sound = voice(2.0, level=0.1) + noise(2.0, 0.001)
    frames, louder = whole(sound), whole(2 * sound)
    assert measurable(frames)
    row, steps = functionals(frames), contours(frames)
    assert np.isfinite(row).all()
    assert steps.shape[1] == CHANNELS
    shape = steps[:, :40] - steps[:, :40].mean(axis=1, keepdims=True)
    other = contours(louder)[:, :40]
    assert shape.mean(axis=0) == pytest.approx((other - other.mean(axis=1, keepdims=True)).mean(axis=0), abs=1.0)
    assert np.nanmedian(steps[:, 42]) == pytest.approx(12 * np.log2(140 / 27.5), abs=1.5)
    assert not measurable(whole(silence(2.0)))
    assert not measurable(whole(noise(2.0)))


def test_a_place_changes_the_sound_as_it_says() -> None:
    random = np.random.default_rng(0)
    sound = voice(2.0)
    noisy = Place.noisy(random, 10.0).heard(sound, random)
    assert len(noisy) == len(sound) - 1  # playing at a speed needs the next sample
    rest = noisy - sound[:-1]
    assert 10 * np.log10(np.mean(sound**2) / np.mean(rest**2)) == pytest.approx(10.0, abs=0.5)
    for _ in range(6):
        heard = Place.drawn(random, [voice(1.0, 200.0)]).heard(sound, random)
        assert np.isfinite(heard).all()
        assert np.abs(heard).max() <= 1
        assert 0.85 < len(heard) / len(sound) < 1.15


@pytest.mark.data
def test_real_clips_can_be_decoded_and_measured(data: Path) -> None:
    path = sorted((data / "speech_emotion" / "nemo").glob("*.opus"))[0]
    assert measurable(whole(decoded(path)))
