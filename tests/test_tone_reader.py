"""The feeling in a voice by rules, against how the same person usually sounds."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from companion.types import AudioChunk, Samples, VoiceReading
from tests.sounds import chunked, decoded, noise, silence, tone, voice
from voice.baseline import Baseline
from voice.phonation import HOP, MARGIN, analyse
from voice.tone import MEASURES, described, feeling
from voice.tone_reader import CEILING, ToneReader


@pytest.fixture(scope="module")
def reader() -> ToneReader:
    return ToneReader()


def last(reader: ToneReader, *sounds: Samples, size: int = 512) -> VoiceReading:
    return list(reader.read(chunked(np.concatenate(sounds), size)))[-1]


@pytest.mark.parametrize("size", [100, 320, 512, 16_000, 40_000])
def test_one_reading_comes_per_chunk_whatever_its_size(reader: ToneReader, size: int) -> None:
    chunks = list(chunked(voice(2.0), size))
    assert len(list(reader.read(chunks))) == len(chunks)


def test_the_size_of_chunks_does_not_change_what_is_heard(reader: ToneReader) -> None:
    sound = voice(6.0)
    one, other = last(reader, sound, size=320), last(reader, sound, size=512)
    assert one.cues == pytest.approx(other.cues)
    assert one.end == pytest.approx(other.end)


@pytest.mark.parametrize(
    "sound", [silence(5.0), noise(5.0), tone(5.0), noise(5.0, 0.7)], ids=["silence", "noise", "tone", "loud noise"]
)
def test_nothing_is_claimed_about(reader: ToneReader, sound: Samples) -> None:
    reading = last(reader, sound)
    assert reading.affect.confidence == 0
    assert reading.note


def test_no_guess_is_made_in_the_first_three_seconds_of_speech(reader: ToneReader) -> None:
    readings = list(reader.read(chunked(np.concatenate((silence(2.0), voice(12.0))))))
    for reading in readings:
        if reading.end < 5.0:
            assert reading.affect.confidence == 0
            assert reading.note
    grown = [reading.affect.confidence for reading in readings if reading.end > 5.5]
    assert 0 < grown[0] < grown[-1] <= CEILING
    assert grown == sorted(grown)


def test_readings_name_the_speech_they_come_from(reader: ToneReader) -> None:
    chunks = chunked(voice(8.0), start=100.0)
    reading = list(reader.read(chunks))[-1]
    assert 107.5 <= reading.end <= 108.0
    assert reading.end - reading.start == pytest.approx(2.0)


def test_speech_of_long_ago_says_nothing_about_now(reader: ToneReader) -> None:
    assert last(reader, voice(6.0), silence(1.0)).affect.confidence > 0
    stale = last(reader, voice(6.0), silence(4.0))
    assert stale.affect.confidence == 0
    assert stale.note == "no speech now"


def test_pitch_and_level_are_measured_right(reader: ToneReader) -> None:
    reading = last(reader, voice(6.0, 140.0, level=0.1))
    assert reading.cues["pitch_hz"] == pytest.approx(140, rel=0.1)
    assert reading.cues["level_db"] == pytest.approx(-18, abs=3)  # 0.1 is -20 dB; loud frames count
    assert reading.cues["rate_hz"] == pytest.approx(4.0, abs=1.0)


@pytest.mark.parametrize("hz", [90.0, 140.0, 250.0])
def test_higher_louder_and_faster_is_more_aroused_for_any_voice(reader: ToneReader, hz: float) -> None:
    usual = voice(8.0, hz)
    excited = last(reader, usual, voice(2.5, hz * 1.45, level=0.3, syllables=6.0)).affect
    calm = last(reader, usual, voice(2.5, hz, level=0.1)).affect
    subdued = last(reader, usual, voice(2.5, hz * 0.85, level=0.03, syllables=2.5, bright=0.8)).affect
    assert excited.arousal > 0.3 > abs(calm.arousal)
    assert subdued.arousal < -0.2
    assert calm.dominant == "neutral"
    assert "higher" in excited.evidence[0]
    assert "louder" in excited.evidence[0]
    assert "quieter" in subdued.evidence[0]


def test_two_streams_do_not_disturb_each_other(reader: ToneReader) -> None:
    first, second = voice(5.0, 120.0), voice(5.0, 240.0, level=0.4)
    alone = list(reader.read(chunked(first)))
    pairs = zip(reader.read(chunked(first)), reader.read(chunked(second)), strict=True)
    assert [mine for mine, _ in pairs] == alone


@pytest.mark.parametrize("gain", [0.01, 100.0], ids=["quiet", "clipped"])
def test_quiet_and_clipped_voices_are_still_read(reader: ToneReader, gain: float) -> None:
    sound = np.clip(voice(6.0) * gain, -1, 1).astype(np.float32)
    assert last(reader, sound).cues["pitch_hz"] == pytest.approx(140, rel=0.1)


def test_sound_at_another_rate_is_refused(reader: ToneReader) -> None:
    with pytest.raises(ValueError, match="16000 Hz, got 48000 Hz"):
        next(reader.read([AudioChunk(silence(0.1), 48_000, 0.0)]))


def test_a_hop_has_its_25_frames_and_the_right_pitch() -> None:
    frames = analyse(tone((HOP + 2 * MARGIN) / 16_000, 200.0))
    assert len(frames.pitch_hz) == len(frames.level_db) == len(frames.tilt_db) == len(frames.harmonicity) == 25
    assert frames.pitch_hz == pytest.approx(200.0, rel=0.01)
    assert frames.level_db == pytest.approx(20 * math.log10(0.2) - 3.01, abs=0.3)


def test_one_shout_does_not_move_the_baseline() -> None:
    baseline = Baseline((1.0,))
    for value in (10.0, 10.5, 9.5, 10.0, 40.0):
        baseline.learn(np.array([value]))
    assert baseline.usual() == pytest.approx([10.0])
    assert baseline.deviation(np.array([10.2])) == pytest.approx([0.0], abs=0.05)
    assert baseline.deviation(np.array([20.0])) == pytest.approx([10.0], rel=0.05)


def test_a_baseline_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="first look"):
        Baseline((1.0,)).usual()


def test_changes_are_told_in_plain_words() -> None:
    change = dict.fromkeys(MEASURES, 0.0)
    assert described(change) == "voice as usual"
    assert described({**change, "pitch": -3.0, "level": -6.0}) == "voice lower and quieter than usual"
    assert (
        described({**change, "pitch": 3.0, "level": 6.0, "rate": 1.0}) == "voice higher, louder and faster than usual"
    )


def test_even_an_extreme_voice_leaves_the_emotion_open() -> None:
    affect = feeling(np.array([24.0, 10.0, 40.0, 20.0, 5.0, 0.3]), CEILING)
    assert max(affect.distribution) < 0.6
    assert affect.arousal > 0.9
    assert abs(affect.valence) <= 0.25


@pytest.mark.data
def test_arousal_tells_acted_anger_joy_and_fear_from_calm(reader: ToneReader, data: Path) -> None:
    folder = data / "speech_emotion" / "ravdess"
    with (folder / "labels.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["speaker"] in ("09", "16") and "dogs" in row["text"]]
    high: list[float] = []
    low: list[float] = []
    for speaker in ("09", "16"):
        theirs = [row for row in rows if row["speaker"] == speaker]
        usual = [decoded(folder / row["file"]) for row in theirs if row["emotion"] == "neutral"] * 2
        for row in theirs:
            group = {"angry": high, "happy": high, "fear": high, "sad": low, "neutral": low, "calm": low}
            if row["emotion"] in group:
                reading = last(reader, *usual, decoded(folder / row["file"]), silence(0.1))
                assert reading.affect.confidence > 0
                group[row["emotion"]].append(reading.affect.arousal)
    above = np.array(high)[:, None] > np.array(low)
    assert above.mean() > 0.75  # the area under the curve; guessing gives 0.5
