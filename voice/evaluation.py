"""How well a voice reader tells the feelings of labelled clips."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from companion.engines import VoiceReader
from companion.labelled import Labelled, read_table
from companion.scores import Scores, scores
from companion.types import EMOTIONS, HEARING_HZ, Affect, AudioChunk, VoiceReading
from voice.recording import decoded

CHUNK = 512
EMPTY = Affect.unknown()


def evaluate(
    data: Path, reader: VoiceReader, adapt: bool, progress: Callable[[float], None]
) -> tuple[Scores, dict[str, object]]:
    """Figures of a reader on a folder with `labels.csv`, over the labels that the table holds.

    With `adapt` and a speaker column each speaker's clips are first heard without their labels, as the voice is known
    after some minutes of a session. An engine that has no `assess` reads each clip as a stream of its own. A clip of
    which nothing was read counts as wrong; `unread` tells how many. Raises `DataError`.
    """
    rows = read_table(data)
    labels = [name for name in EMOTIONS if any(row.emotion == name for row in rows)]
    places = [EMOTIONS.index(name) for name in labels]
    speakers = {row.speaker: [other for other in rows if other.speaker == row.speaker] for row in rows}
    truth: list[str] = []
    chances: list[np.ndarray[tuple[int], np.dtype[np.float64]]] = []
    unread = 0
    for speaker, clips in speakers.items():
        for row, reading in zip(clips, _readings(reader, clips, adapt=adapt and bool(speaker)), strict=True):
            found = np.array(reading.affect.distribution)[places]
            heard = reading.affect.confidence > 0 and found.sum() > 0
            unread += not heard
            chances.append(found / found.sum() if heard else np.zeros(len(places)))
            truth.append(row.emotion)
            progress(len(truth) / len(rows))
    extras: dict[str, object] = {
        "unread": unread,
        "speakers": len(speakers),
        "adapted": adapt and all(speakers) and hasattr(reader, "assess"),
    }
    return scores(truth, np.array(chances), labels), extras


def _readings(reader: VoiceReader, rows: Sequence[Labelled], *, adapt: bool) -> Iterator[VoiceReading]:
    assess: Any = getattr(reader, "assess", None)
    if assess is not None:
        yield from assess([AudioChunk(decoded(row.path), HEARING_HZ, 0.0) for row in rows], adapt=adapt)
        return
    for row in rows:
        samples = decoded(row.path)
        chunks = (
            AudioChunk(samples[at : at + CHUNK], HEARING_HZ, at / HEARING_HZ) for at in range(0, len(samples), CHUNK)
        )
        last = VoiceReading(0.0, 0.0, EMPTY)
        for last in reader.read(chunks):  # noqa: B007 - the last one is wanted
            pass
        yield last
