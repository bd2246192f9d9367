"""`cut`: a table of labelled seconds to photos and clips that `companion train` and `companion eval` take."""

from __future__ import annotations

import csv
import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import cv2
import numpy as np

from companion.labelled import TABLE, DataError
from companion.labels import fold
from companion.recording import Recording, RecordingError
from companion.types import HEARING_HZ, AudioChunk, Picture, Samples, VideoFrame

QUIET = 0.003
"""Root mean square below which a clip is silence and not kept."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A labelled stretch of a video, in seconds."""

    video: Path
    start: float
    end: float
    emotion: str


def read_pieces(table: Path) -> list[Piece]:
    """The rows of a table that `companion label` wrote, corrected or not; rows without a label are left out.

    Raises `DataError` with the line of what cannot be used.
    """
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{table} cannot be read: {error}") from error
    pieces = []
    for line, row in enumerate(rows, start=2):
        try:
            if row["emotion"].strip():
                emotion = fold(row["emotion"])
                pieces.append(Piece(Path(row["file"]), float(row["start"]), float(row["end"]), emotion))
        except KeyError as error:
            raise DataError(f"{table} has no column {error}") from None
        except (TypeError, ValueError, AttributeError) as error:
            raise DataError(f"{table}, line {line}: {error}") from None
    if not pieces:
        raise DataError(f"{table} has no labelled row")
    return pieces


def cut(pieces: Sequence[Piece], out: Path, progress: Callable[[float], None]) -> tuple[int, int]:
    """Write `out/face` (a photo from the middle of each piece) and `out/voice` (its sound), each with `labels.csv`.

    How many of both. The speaker is the video's name. Raises `DataError` for a video that cannot be read, `OSError`.
    """
    faces: list[tuple[str, str, str]] = []
    voices: list[tuple[str, str, str]] = []
    for folder in ("face", "voice"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    ordered = sorted(pieces, key=lambda piece: (piece.video, piece.start))
    for video, group in groupby(ordered, key=lambda piece: piece.video):
        for piece, picture, sound in _taken(video, list(group)):
            name, row = f"{video.stem}_{piece.start:07.2f}", (video.stem, piece.emotion)
            if picture is not None:
                cv2.imwrite(str(out / "face" / f"{name}.jpg"), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
                faces.append((f"{name}.jpg", *row))
            if len(sound) and float(np.sqrt(np.mean(np.square(sound)))) > QUIET:
                _write_sound(out / "voice" / f"{name}.wav", sound)
                voices.append((f"{name}.wav", *row))
            progress(max(len(faces), len(voices)) / len(pieces))
    for folder, rows in (("face", faces), ("voice", voices)):
        with (out / folder / TABLE).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("file", "speaker", "emotion"), *rows])
    return len(faces), len(voices)


def _taken(video: Path, pieces: list[Piece]) -> Iterator[tuple[Piece, Picture | None, Samples]]:
    """Each piece with the picture nearest to its middle and its sound."""
    nearest: dict[Piece, tuple[float, Picture]] = {}
    sound: list[Samples] = []
    try:
        for item in Recording(video):
            if isinstance(item, AudioChunk):
                sound.append(item.samples)
                continue
            for piece in pieces:
                apart = _apart(piece, item)
                if piece.start <= item.time < piece.end and apart < nearest.get(piece, (np.inf, item.picture))[0]:
                    nearest[piece] = (apart, item.picture)
    except RecordingError as error:
        raise DataError(str(error)) from error
    whole = np.concatenate(sound) if sound else np.zeros(0, np.float32)
    for piece in pieces:
        picture = nearest[piece][1] if piece in nearest else None
        yield piece, picture, whole[round(piece.start * HEARING_HZ) : round(piece.end * HEARING_HZ)]


def _apart(piece: Piece, frame: VideoFrame) -> float:
    return abs(frame.time - (piece.start + piece.end) / 2)


def _write_sound(path: Path, samples: Samples) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(HEARING_HZ)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
