"""Hearing whether someone speaks."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from companion.types import AudioChunk, Samples
from tests.sounds import chunked, noise, recorded, silence, tone
from voice.activity import SileroDetector
from voice.silero import CONTEXT, FRAME, Silero, weights_path

SENTENCE = "speech/librivox/sense_and_sensibility_01_austen_64kb-0880.wav"


@pytest.fixture(scope="module")
def detector() -> SileroDetector:
    return SileroDetector()


def probabilities(detector: SileroDetector, samples: Samples, size: int = 512) -> list[float]:
    return [activity.speech for activity in detector.feed(chunked(samples, size))]


@pytest.mark.parametrize("size", [1, 320, 512, 513, 16_000])
def test_one_activity_comes_per_chunk_whatever_its_size(detector: SileroDetector, size: int) -> None:
    chunks = list(chunked(noise(0.2), size, start=3.0))
    found = list(detector.feed(chunks))
    assert [(a.start, a.end) for a in found] == [(c.start, c.end) for c in chunks]


def test_each_activity_comes_before_the_next_chunk_is_taken(detector: SileroDetector) -> None:
    taken = 0

    def counted() -> object:
        nonlocal taken
        for chunk in chunked(noise(0.2), 320):
            taken += 1
            yield chunk

    for count, _ in enumerate(detector.feed(counted()), start=1):  # type: ignore[arg-type] # a generator of chunks
        assert taken == count


@pytest.mark.parametrize("sound", [silence(1.0), noise(1.0), tone(1.0)], ids=["silence", "noise", "tone"])
def test_nobody_speaks_in(detector: SileroDetector, sound: Samples) -> None:
    assert max(probabilities(detector, sound)) < 0.5


def test_level_is_in_decibels_full_scale_with_a_floor(detector: SileroDetector) -> None:
    square = np.where(np.arange(1600) % 100 < 50, 1.0, -1.0).astype(np.float32)
    sounds = [silence(0.1), square, tone(0.1, hz=200, level=0.1), np.zeros(0, dtype=np.float32)]
    levels = [activity.level for activity in detector.feed(AudioChunk(sound, 16_000, 0.0) for sound in sounds)]
    assert levels == pytest.approx([-100.0, 0.0, -23.01, -100.0], abs=0.01)


def test_two_streams_do_not_disturb_each_other(detector: SileroDetector) -> None:
    first, second = noise(1.0, 0.2), tone(1.0)
    alone = probabilities(detector, first)
    beside = []
    for mine, _ in zip(detector.feed(chunked(first)), detector.feed(chunked(second)), strict=True):
        beside.append(mine.speech)
    assert beside == alone


@pytest.mark.parametrize(
    ("chunk", "message"),
    [
        (AudioChunk(silence(0.1), 8_000, 2.0), "16000 Hz, got 8000 Hz at 2.00 s"),
        (AudioChunk(silence(0.1), 48_000, 0.0), "got 48000 Hz"),
        (AudioChunk(np.zeros((160, 2), dtype=np.float32), 16_000, 0.0), "mono"),
        (AudioChunk(np.array([0, 0, np.nan], dtype=np.float32), 16_000, 5.0), "not a finite number at 5.00 s"),
        (AudioChunk(np.array([np.inf], dtype=np.float32), 16_000, 0.0), "finite"),
    ],
)
def test_unfit_sound_is_refused_in_one_clear_line(detector: SileroDetector, chunk: AudioChunk, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        next(detector.feed([chunk]))
    assert "\n" not in str(error.value)


def test_hearing_speech_does_not_load_torch() -> None:
    program = (
        "import sys; from voice.activity import SileroDetector; SileroDetector(); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0  # noqa: S603 # our own words


def test_a_missing_package_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert SileroDetector.obstacle() is None
    monkeypatch.setattr("voice.silero.find_spec", lambda name: None)
    assert "pip install silero-vad" in str(SileroDetector.obstacle())


@pytest.mark.data
def test_a_sentence_is_heard_between_its_silences(detector: SileroDetector, data: Path) -> None:
    sentence = recorded(data / SENTENCE)
    found = probabilities(detector, np.concatenate((silence(0.5), sentence, silence(1.0))))
    speaking = [p > 0.5 for p in found]
    assert not any(speaking[:15])
    assert np.mean(speaking[15 : 15 + len(sentence) // 512]) > 0.7
    assert not any(speaking[-20:])


def test_the_network_computes_what_pytorchs_layers_compute_with_the_same_weights() -> None:
    import torch
    from torch.nn import functional

    tensors = {name: torch.from_numpy(value) for name, value in load_file(weights_path()).items()}
    network, state, theirs = Silero(), Silero.start(), torch.zeros(2, 1, 128)
    sounds = np.random.default_rng(1).normal(0, 0.1, (5, CONTEXT + FRAME)).astype(np.float32)
    for frame in sounds:
        hidden = functional.pad(torch.from_numpy(frame)[None, None], (0, 64), "reflect")
        real, imaginary = functional.conv1d(hidden, tensors["stft_conv.weight"], stride=128).chunk(2, dim=1)
        hidden = torch.sqrt(real**2 + imaginary**2)
        for n, stride in ((1, 1), (2, 2), (3, 2), (4, 1)):
            weight, bias = tensors[f"conv{n}.weight"], tensors[f"conv{n}.bias"]
            hidden = functional.relu(functional.conv1d(hidden, weight, bias, stride=stride, padding=1))
        cell = torch.nn.LSTMCell(128, 128)
        cell.load_state_dict({k.removeprefix("lstm_cell."): v for k, v in tensors.items() if k.startswith("lstm")})
        with torch.inference_mode():
            theirs = torch.stack(cell(hidden[..., 0], (theirs[0], theirs[1])))
        logit = functional.conv1d(functional.relu(theirs[0])[..., None], tensors["final_conv.weight"])
        expected = torch.sigmoid(logit + tensors["final_conv.bias"]).item()
        found, state = network.hear(frame, state)
        assert found == pytest.approx(expected, abs=1e-5)


@pytest.mark.data
def test_speech_is_found_where_the_packages_pytorch_model_finds_it(detector: SileroDetector, data: Path) -> None:
    import torch

    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore", DeprecationWarning)  # the package loads its model with torch.jit
        from silero_vad import load_silero_vad

        theirs = load_silero_vad()
        same: list[bool] = []
        for path in sorted((data / "speech").glob("*/*.wav")):
            sound = recorded(path)
            sound = sound[: len(sound) // 512 * 512]
            theirs.reset_states()
            expected = [float(theirs(torch.from_numpy(part.samples.copy()), 16_000)) > 0.5 for part in chunked(sound)]
            found = [p > 0.5 for p in probabilities(detector, sound)]
            same += [one == other for one, other in zip(found, expected, strict=True)]
    assert np.mean(same) > 0.95


@pytest.mark.data
@pytest.mark.parametrize("gain", [0.1, 20.0])
def test_speech_is_heard_quiet_or_clipped(detector: SileroDetector, data: Path, gain: float) -> None:
    sentence = np.clip(gain * recorded(data / SENTENCE), -1, 1).astype(np.float32)
    assert np.mean([p > 0.5 for p in probabilities(detector, sentence)]) > 0.6
