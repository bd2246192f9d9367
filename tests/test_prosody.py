"""The trained reader of voices, along a stream and on clips."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from companion.affect import Affect
from companion.engines import EngineError
from companion.labelled import read_table
from companion.types import HEARING_HZ, AudioChunk, Samples, VoiceReading
from tests.sounds import chunked, decoded, noise, silence, tone, voice
from voice.prosody import CEILING, UNLEARNT, ProsodyReader
from weights.store import load, write


@pytest.fixture(scope="module")
def reader() -> ProsodyReader:
    return ProsodyReader()


def last(reader: ProsodyReader, *sounds: Samples, size: int = 512) -> VoiceReading:
    return list(reader.read(chunked(np.concatenate(sounds), size)))[-1]


def clip(samples: Samples) -> AudioChunk:
    return AudioChunk(samples, HEARING_HZ, 0.0)


@pytest.mark.parametrize("size", [100, 320, 512, 16_000, 40_000])
def test_one_reading_comes_per_chunk_whatever_its_size(reader: ProsodyReader, size: int) -> None:
    chunks = list(chunked(voice(2.0), size))
    assert len(list(reader.read(chunks))) == len(chunks)


def test_the_size_of_chunks_does_not_change_what_is_heard(reader: ProsodyReader) -> None:
    sound = voice(6.0)
    one, other = last(reader, sound, size=320), last(reader, sound, size=512)
    assert one.cues == pytest.approx(other.cues)
    assert one.affect.distribution == pytest.approx(other.affect.distribution, abs=1e-4)
    assert one.end == pytest.approx(other.end)


@pytest.mark.parametrize(
    "sound", [silence(5.0), noise(5.0), tone(5.0), noise(5.0, 0.7)], ids=["silence", "noise", "tone", "loud noise"]
)
def test_nothing_is_claimed_about(reader: ProsodyReader, sound: Samples) -> None:
    reading = last(reader, sound)
    assert reading.affect.confidence == 0
    assert reading.note
    (assessed,) = reader.assess([clip(sound)], adapt=False)
    assert assessed.affect.confidence == 0
    assert assessed.note


def test_no_guess_is_made_in_the_first_three_seconds_of_speech(reader: ProsodyReader) -> None:
    readings = list(reader.read(chunked(np.concatenate((silence(2.0), voice(12.0))))))
    for reading in readings:
        if reading.end < 5.0:
            assert reading.affect.confidence == 0
            assert reading.note
    grown = [reading.affect.confidence for reading in readings if reading.end > 5.5]
    assert 0 < grown[0] < grown[-1] <= CEILING
    assert grown == sorted(grown)


def test_readings_name_the_speech_they_come_from(reader: ProsodyReader) -> None:
    reading = list(reader.read(chunked(voice(8.0), start=100.0)))[-1]
    assert 107.5 <= reading.end <= 108.0
    assert reading.end - reading.start == pytest.approx(3.0)


def test_after_an_utterance_the_whole_of_it_is_told(reader: ProsodyReader) -> None:
    reading = last(reader, voice(6.0), silence(1.5))
    assert reading.affect.confidence > 0
    assert reading.start == pytest.approx(0.0, abs=0.3)
    assert reading.end == pytest.approx(6.0, abs=0.3)


def test_speech_of_long_ago_says_nothing_about_now_and_silence_is_flagged(reader: ProsodyReader) -> None:
    assert last(reader, voice(6.0), silence(1.0)).events == ()
    stale = last(reader, voice(6.0), silence(4.0))
    assert stale.affect.confidence == 0
    assert stale.note == "no speech now"
    assert stale.events == ("silence",)


def test_pitch_and_level_are_measured_right(reader: ProsodyReader) -> None:
    reading = last(reader, voice(6.0, 140.0, level=0.1))
    assert reading.cues["pitch_hz"] == pytest.approx(140, rel=0.1)
    assert reading.cues["level_db"] == pytest.approx(-18, abs=3)
    assert reading.cues["rate_hz"] == pytest.approx(4.0, abs=1.0)


@pytest.mark.parametrize("hz", [90.0, 140.0, 250.0])
def test_higher_louder_and_faster_is_more_aroused_for_any_voice(reader: ProsodyReader, hz: float) -> None:
    usual = voice(8.0, hz)
    excited = last(reader, usual, voice(2.75, hz * 1.45, level=0.3, syllables=6.0)).affect
    calm = last(reader, usual, voice(2.75, hz, level=0.1)).affect
    subdued = last(reader, usual, voice(2.75, hz * 0.85, level=0.03, syllables=2.5, bright=0.8)).affect
    assert excited.arousal > 0.3
    assert excited.arousal > calm.arousal > subdued.arousal
    assert subdued.arousal < -0.1
    assert calm.dominant == "neutral"
    assert "higher" in excited.evidence[0]
    assert "louder" in excited.evidence[0]
    assert "quieter" in subdued.evidence[0]


def test_two_streams_do_not_disturb_each_other(reader: ProsodyReader) -> None:
    first, second = voice(5.0, 120.0), voice(5.0, 240.0, level=0.4)
    alone = list(reader.read(chunked(first)))
    pairs = zip(reader.read(chunked(first)), reader.read(chunked(second)), strict=True)
    assert [mine for mine, _ in pairs] == alone


def test_a_stream_that_jumps_begins_a_new_utterance(reader: ProsodyReader) -> None:
    chunks = [*chunked(voice(6.0)), *chunked(voice(0.5), start=60.0)]
    reading = list(reader.read(chunks))[-1]
    # Half a second says nothing new yet, and what was said a minute ago says nothing about now.
    assert reading.affect.confidence == 0


def test_a_session_of_ten_minutes_is_read_as_well_as_its_start(reader: ProsodyReader) -> None:
    minute = np.concatenate([voice(2.5, hz) for hz in np.linspace(120, 160, 24)])
    readings = list(reader.read(chunked(np.tile(minute, 2), 16_000)))
    assert readings[-1].affect.confidence == pytest.approx(CEILING, abs=0.01)
    (whole,) = reader.assess([clip(np.tile(minute, 10))], adapt=True)
    assert 0 < whole.affect.confidence <= CEILING


@pytest.mark.parametrize("gain", [0.01, 100.0], ids=["quiet", "clipped"])
def test_quiet_and_clipped_voices_are_still_read(reader: ProsodyReader, gain: float) -> None:
    sound = np.clip(voice(6.0) * gain, -1, 1).astype(np.float32)
    assert last(reader, sound).cues["pitch_hz"] == pytest.approx(140, rel=0.1)


def test_bad_sound_is_refused_in_one_line(reader: ProsodyReader) -> None:
    with pytest.raises(ValueError, match="16000 Hz, got 48000 Hz"):
        next(reader.read([AudioChunk(silence(0.1), 48_000, 0.0)]))
    with pytest.raises(ValueError, match="not a finite number"):
        list(reader.assess([clip(np.full(16_000, np.nan, np.float32))], adapt=True))


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.1, 0.3])
def test_a_moment_of_sound_is_no_feeling(reader: ProsodyReader, seconds: float) -> None:
    (reading,) = reader.assess([clip(voice(1.0)[: round(seconds * HEARING_HZ)])], adapt=True)
    assert reading.affect.confidence == 0
    assert reading.note == "no voice that can be measured"


def test_without_adaptation_a_clip_is_believed_less_and_stands_alone(reader: ProsodyReader) -> None:
    clips = [clip(voice(2.0, hz)) for hz in (110.0, 140.0, 200.0, 130.0, 150.0)]
    alone = next(reader.assess(clips[:1], adapt=False))
    among = next(reader.assess(clips, adapt=False))
    known = next(reader.assess(clips, adapt=True))
    assert alone == among
    assert alone.affect.confidence == pytest.approx(CEILING * UNLEARNT)
    assert known.affect.confidence > alone.affect.confidence
    assert known.affect.distribution != alone.affect.distribution


def test_a_file_that_is_no_weights_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "bad.safetensors").write_bytes(b"nothing")
    for path in ("bad.safetensors", "missing.safetensors"):
        with pytest.raises(EngineError, match="weights cannot be used"):
            ProsodyReader(str(tmp_path / path))
    shipped = load("voice")
    write(tmp_path / "odd.safetensors", shipped.arrays, {**shipped.facts, "bias": [0.0]})
    with pytest.raises(EngineError, match="1 biases for 7 labels"):
        ProsodyReader(str(tmp_path / "odd.safetensors"))


def test_reading_needs_neither_torch_nor_scikit_learn() -> None:
    code = (
        "import sys, numpy as np; from companion.types import AudioChunk; from voice.prosody import ProsodyReader;"
        "list(ProsodyReader().read([AudioChunk(np.zeros(32000, np.float32), 16000, 0.0)]));"
        "sys.exit(any(name in sys.modules for name in ('torch', 'sklearn')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own line


def test_a_second_of_voice_takes_a_small_part_of_a_second(reader: ProsodyReader) -> None:
    sound = np.concatenate([np.concatenate((voice(3.0), silence(0.3)))] * 4)
    started = time.process_time()
    list(reader.read(chunked(sound, 4096)))
    # The figure itself is `companion bench readers`; this only catches a blunder on a busy machine.
    assert (time.process_time() - started) / (len(sound) / HEARING_HZ) < 0.15


@pytest.mark.data
def test_acted_anger_and_sadness_are_told_apart(reader: ProsodyReader, data: Path) -> None:
    rows = [row for row in read_table(data / "speech_emotion" / "ravdess") if row.speaker == "09"]
    clips = [clip(decoded(row.path)) for row in rows]
    angry: list[Affect] = []
    sad: list[Affect] = []
    for row, reading in zip(rows, reader.assess(clips, adapt=True), strict=True):
        if row.emotion in ("angry", "sad"):
            (angry if row.emotion == "angry" else sad).append(reading.affect)
    assert np.mean([a["angry"] for a in angry]) > 3 * np.mean([a["angry"] for a in sad])
    assert np.mean([a.arousal for a in angry]) > np.mean([a.arousal for a in sad]) + 0.2
