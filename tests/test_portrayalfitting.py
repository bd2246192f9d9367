"""How feelings are spoken is learnt as the difference from the same speaker's neutral voice."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from companion.affect import Affect
from companion.labelled import DataError
from companion.types import SPEECH_HZ, Clause, Samples
from voice.arc import Arc
from voice.espeak import Espeak
from voice.manner import Manner
from voice.portrayalfitting import FULL, train
from voice.portrayals import Portrayals
from voice.prosodystage import Shaping, reshaped

TEXT = "We were all at home when she called"
SHIFTS = {"neutral": 0.0, "happy": 4.0, "sad": -2.0, "angry": 2.0, "fear": 3.0}


def write(path: Path, sound: Samples) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SPEECH_HZ)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())


@pytest.fixture(scope="module")
def acted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two speakers whose feelings are shifts of pitch; strong ones and calm, which must not count, are far off."""
    folder = tmp_path_factory.mktemp("acted")
    rows = ["file,speaker,emotion,intensity,text"]
    for voice in ("grace", "david"):
        said = list(Espeak(voice).speak(Clause(1, TEXT, Affect())))
        plain = np.concatenate([segment.audio.samples for segment in said])
        clips = [(name, "normal", shift) for name, shift in SHIFTS.items()]
        for name, intensity, shift in [*clips, ("happy", "strong", 9.0), ("calm", "normal", -5.0)]:
            sound = reshaped(plain, SPEECH_HZ, Shaping(Arc.steady(Manner(pitch=shift)))).samples
            file = f"{voice}_{name}_{intensity}.wav"
            write(folder / file, sound)
            rows.append(f"{file},{voice},{name},{intensity},{TEXT}")
    (folder / "labels.csv").write_text("\n".join(rows))
    return folder


def test_what_was_acted_is_learnt_against_the_own_neutral_voice(acted: Path, tmp_path: Path) -> None:
    out = tmp_path / "portrayals.safetensors"
    train(acted, out, 0, lambda share, what: None)
    learnt = Portrayals(str(out))
    for name, shift in SHIFTS.items():
        assert learnt.manner(Affect.of(name)).pitch == pytest.approx(FULL * shift, abs=0.8)


def test_data_without_a_feeling_that_is_needed_are_refused(acted: Path, tmp_path: Path) -> None:
    lines = (acted / "labels.csv").read_text().splitlines()
    for file in acted.glob("*.wav"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "labels.csv").write_text("\n".join(line for line in lines if ",fear," not in line))
    with pytest.raises(DataError, match="nobody portrays 'fear'"):
        train(tmp_path, tmp_path / "x.safetensors", 0, lambda share, what: None)
