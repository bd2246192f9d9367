"""Recordings, movies and transcripts: what goes in and out as files."""

from __future__ import annotations

import json
import math
import wave
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from companion.movie import Movie, MovieError
from companion.recording import Recording, RecordingError
from companion.transcript import Line, Transcript
from companion.types import FPS, HEARING_HZ, SPEECH_HZ, Affect, AudioChunk, VideoFrame


def tone(path: Path, rate: int, channels: int, seconds: float = 1.0) -> Path:
    times = np.arange(round(rate * seconds)) / rate
    samples = (12000 * np.sin(2 * math.pi * 440 * times)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.repeat(samples, channels).tobytes())
    return path


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (16000, 1), (48000, 2)])
def test_sound_of_any_rate_is_heard_as_one_second_of_16_khz(tmp_path: Path, rate: int, channels: int) -> None:
    chunks = [item for item in Recording(tone(tmp_path / "a.wav", rate, channels)) if isinstance(item, AudioChunk)]
    samples = np.concatenate([chunk.samples for chunk in chunks])
    assert len(samples) == pytest.approx(HEARING_HZ, abs=400)
    spectrum = np.abs(np.fft.rfft(samples))
    assert np.argmax(spectrum) * HEARING_HZ / len(samples) == pytest.approx(440, abs=5)
    assert all(a.end == pytest.approx(b.start) for a, b in pairwise(chunks))


@pytest.mark.parametrize("content", [b"", b"this is no video", b"RIFF\x00\x00\x00\x00WAVEfmt "])
def test_a_file_that_is_no_recording_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.mp4"
    file.write_bytes(content)
    with pytest.raises(RecordingError) as error:
        list(Recording(file))
    assert "broken.mp4" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="no such file"):
        Recording(tmp_path / "nothing.mp4")


def test_a_movie_holds_its_pictures_and_sound_in_step(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    with Movie(path, 64, 64) as movie:
        for i in range(FPS):
            movie.show(np.full((64, 64, 3), 10 * i % 256, np.uint8))
            movie.play(np.zeros(SPEECH_HZ // FPS, np.float32))
    items = list(Recording(path))
    assert sum(isinstance(item, VideoFrame) for item in items) == FPS
    with av.open(str(path)) as container:
        lengths = [float((stream.duration or 0) * (stream.time_base or 0)) for stream in container.streams]
    assert max(lengths) - min(lengths) < 0.1


def test_a_broken_run_leaves_no_half_movie(tmp_path: Path) -> None:
    def broken_run() -> None:
        with Movie(tmp_path / "clip.mp4", 64, 64) as movie:
            movie.show(np.zeros((64, 64, 3), np.uint8))
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        broken_run()
    assert list(tmp_path.iterdir()) == []


def test_a_transcript_reads_well_and_is_json() -> None:
    transcript = Transcript()
    transcript.add(Line("you", "I lost my job", 1.0, 1, Affect.of("sad")))
    transcript.add(Line("companion", "That must", 3.5, 1, Affect(), cut=True))
    transcript.add(Line("companion", "   ", 4.0, 1, Affect()))
    assert "[00:01] you: I lost my job" in transcript.as_text()
    assert "That must --" in transcript.as_text()
    assert len(json.loads(json.dumps(transcript.as_dict()))["lines"]) == 2
    assert [message.role for message in transcript.messages()] == ["user", "assistant"]
    transcript.clear()
    assert "job" not in transcript.as_text()


def test_a_movie_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(MovieError, match=r"clip\.mp4 cannot be written: No such file or directory"):
        Movie(tmp_path / "nowhere" / "clip.mp4", 64, 64)
