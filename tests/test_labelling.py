"""A video labelled second by second."""

from __future__ import annotations

import csv
import wave
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import pytest

from companion.cutting import cut, read_pieces
from companion.labelled import DataError, read_table
from companion.labelling import label, write_table
from companion.movie import Movie
from companion.recording import Recording, RecordingError
from companion.settings import Settings
from companion.studio import Studio
from companion.types import FPS, HEARING_HZ, Affect, AudioChunk
from tests.fakes import FakeEar, FakeReader, Stopwatch, fake_studio


def recording(path: Path) -> Path:
    """One second of silence, one and a half of sound, two of silence."""
    times = np.arange(round(1.5 * HEARING_HZ)) / HEARING_HZ
    loud = 0.5 * np.sin(2 * np.pi * 1500 * times)
    samples = np.concatenate([np.zeros(HEARING_HZ), loud, np.zeros(2 * HEARING_HZ)])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(HEARING_HZ)
        file.writeframes((32767 * samples).astype("<i2").tobytes())
    return path


def studio(affect: Affect) -> Studio:
    watch = Stopwatch()
    made = fake_studio(
        watch, recognizer=FakeEar(watch, ["i lost my job"]), feeling=FakeReader(affect), prosody=FakeReader(affect)
    )
    return cast("Studio", made)


def test_each_second_has_its_feeling_and_its_words(tmp_path: Path) -> None:
    path = recording(tmp_path / "talk.wav")
    shares: list[float] = []
    rows = label(path, Settings(), studio(Affect.of("sad", 0.8, confidence=0.7)), shares.append)
    assert [row.start for row in rows] == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert rows[0].fused.confidence == 0  # nothing was said or seen yet
    assert rows[-1].fused.dominant == "sad"
    assert " ".join(row.text for row in rows if row.text) == "i lost my job"
    assert shares == sorted(shares)


def test_the_table_says_what_each_reader_said(tmp_path: Path) -> None:
    path, out = recording(tmp_path / "talk.wav"), tmp_path / "labels.csv"
    write_table(label(path, Settings(), studio(Affect.of("fear", 0.9, confidence=0.8)), lambda _share: None), path, out)
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["emotion"] for row in rows if row["emotion"]] == ["fear"] * sum(bool(row["emotion"]) for row in rows)
    assert (rows[-1]["words"], rows[-1]["voice"], rows[-1]["face"]) == ("fear", "fear", "")
    assert float(rows[-1]["fear"]) > 0.5
    assert {row["file"] for row in rows} == {str(path)}


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_text("nothing")
    with pytest.raises(RecordingError, match=r"a\.mp4"):
        label(tmp_path / "a.mp4", Settings(), studio(Affect()), lambda _share: None)


def test_a_corrected_table_is_cut_into_photos_and_clips(tmp_path: Path) -> None:
    video = tmp_path / "talk.mp4"
    with Movie(video, 64, 64) as movie:
        for i in range(3 * FPS):
            movie.show(np.full((64, 64, 3), 40 + 60 * (i // FPS), np.uint8))
            loud = 0.3 if i < FPS else 0.0
            movie.play((loud * np.sin(np.arange(960) / 10)).astype(np.float32))
    table = tmp_path / "labels.csv"
    rows = [f"{video},{start},{start + 1},{label}" for start, label in ((0, "anger"), (1, ""), (2, "joy"))]
    table.write_text("\n".join(["file,start,end,emotion", *rows]))
    assert cut(read_pieces(table), tmp_path / "out", lambda _share: None) == (2, 1)
    photos = read_table(tmp_path / "out" / "face")
    assert [(row.emotion, row.speaker) for row in photos] == [("angry", "talk"), ("happy", "talk")]
    assert [round(float(cv2.imread(str(row.path)).mean()) / 20) for row in photos] == [2, 8]
    (clip,) = read_table(tmp_path / "out" / "voice")
    (sound,) = [np.concatenate([item.samples for item in Recording(clip.path) if isinstance(item, AudioChunk)])]
    assert len(sound) == HEARING_HZ
    assert np.abs(sound[1000:-1000]).max() > 0.2


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("file,start,end\na.mp4,0,1\n", "no column 'emotion'"),
        ("file,start,end,emotion\na.mp4,0,x,sad\n", "line 2: could not convert"),
        ("file,start,end,emotion\na.mp4,0,1,sadd\n", "line 2: unknown emotion label"),
        ("file,start,end,emotion\na.mp4,0,1,\n", "no labelled row"),
    ],
)
def test_a_table_that_cannot_be_cut_is_named(tmp_path: Path, table: str, said: str) -> None:
    (tmp_path / "labels.csv").write_text(table)
    with pytest.raises(DataError, match=said):
        read_pieces(tmp_path / "labels.csv")
