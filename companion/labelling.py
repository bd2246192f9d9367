"""`label`: what the readers make of a talking video, second by second, as a table a person can correct."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from companion.clock import Clock, MediaLoop
from companion.fusion import Fusion
from companion.hearing import Hearing, HearingEngines
from companion.recording import Recording
from companion.seeing import Seeing
from companion.settings import Settings
from companion.studio import Studio
from companion.turns import Floor
from companion.types import EMOTIONS, Affect, AudioChunk, FaceReading, Message, VideoFrame, VoiceReading, Words

STEP_SEC = 1.0
TAIL_SEC = 2.0
"""After the end: the last words are recognised and read."""
LINES = 12
"""Earlier utterances that the reader of words is shown."""
PARTS = ("face", "voice", "words")


@dataclass(frozen=True, slots=True)
class Row:
    """One second: the fused feeling, what each reader made of it, and what was said up to its end."""

    start: float
    fused: Affect
    parts: dict[str, Affect]
    text: str


@dataclass(slots=True)
class _Observer:
    """Takes what is seen and heard, and answers nothing (the `Ears` of a hearing)."""

    fusion: Fusion
    read: Callable[[str, Sequence[Message]], Affect]
    now: Callable[[], float]
    lines: list[Message] = field(default_factory=list)
    text: str = ""
    troubles: list[str] = field(default_factory=list)

    def floor(self, change: Floor, time: float) -> None:
        """Nobody answers, so nothing changes."""

    def words(self, words: Words) -> None:
        """Words count when they are complete."""

    def voice(self, reading: VoiceReading) -> None:
        """The feeling of the voice so far."""
        self.fusion.update(reading)

    def spoken(self, words: Words, *, start: float, end: float) -> None:
        """A turn is complete: read its words."""
        del start, end
        if words.text:
            self.fusion.update_words(self.read(words.text, self.lines[-LINES:]), self.now())
            self.lines.append(Message("user", words.text))
            self.text = f"{self.text} {words.text}".strip()

    def trouble(self, stage: str, message: str) -> None:
        """One clear line for the person."""
        self.troubles.append(f"{stage}: {message}")

    def saw(self, reading: FaceReading) -> None:
        """A reading of the face."""
        self.fusion.update(reading)


def label(path: Path, settings: Settings, studio: Studio, progress: Callable[[float], None]) -> list[Row]:
    """A row for each second of a recording. Raises `RecordingError` for a file that cannot be used."""
    recording = Recording(path)
    with asyncio.Runner(loop_factory=MediaLoop) as runner:
        return runner.run(_label(recording, settings, studio, progress))


async def _label(
    recording: Recording, settings: Settings, studio: Studio, progress: Callable[[float], None]
) -> list[Row]:
    clock = Clock()
    reader = studio.engine("feeling", settings)
    observer = _Observer(Fusion(), lambda text, lines: reader.read(text, lines).affect, clock.now)
    get, lanes = studio.engine, studio.lanes
    engines = HearingEngines(
        get("activity", settings), get("recognizer", settings), get("prosody", settings),
        lanes["activity"], lanes["words"],
    )  # fmt: skip
    hearing = Hearing(engines, clock, observer, lambda: False)
    seeing = Seeing(get("face", settings), lanes["eyes"], clock, observer.saw)
    running = [asyncio.create_task(hearing.run()), asyncio.create_task(seeing.run())]
    rows: list[Row] = []

    async def until(moment: float) -> None:
        while (due := (len(rows) + 1) * STEP_SEC) <= moment:
            await clock.sleep_until(due)
            rows.append(Row(due - STEP_SEC, observer.fusion.affect(due), observer.fusion.parts(due), observer.text))
            observer.text = ""
            progress(min(1.0, due / recording.seconds) if recording.seconds else 0.0)
        await clock.sleep_until(moment)

    end = 0.0
    try:
        for item in recording:
            end = max(end, item.time if isinstance(item, VideoFrame) else item.end)
            await until(end)
            _hand_over(item, hearing, seeing)
            for task in running:
                if task.done():
                    task.result()
        await until(end + TAIL_SEC)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    return [row for row in rows if row.start < end]


def _hand_over(item: AudioChunk | VideoFrame, hearing: Hearing, seeing: Seeing) -> None:
    if isinstance(item, VideoFrame):
        seeing.see(item)
    else:
        hearing.hear(item)


def write_table(rows: Sequence[Row], video: Path, out: Path) -> None:
    """Write rows as CSV: place, label, the numbers behind it, and each reader's own word. Raises `OSError`."""
    with out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        numbers = ("valence", "arousal", "dominance", "confidence")
        writer.writerow(["file", "start", "end", "emotion", *numbers, *EMOTIONS, *PARTS, "text", "evidence"])
        writer.writerows(_cells(row, video) for row in rows)


def _cells(row: Row, video: Path) -> Iterator[str]:
    fused = row.fused
    yield from (str(video), f"{row.start:.2f}", f"{row.start + STEP_SEC:.2f}", _name(fused))
    yield from (f"{value:.3f}" for value in (fused.valence, fused.arousal, fused.dominance, fused.confidence))
    yield from (f"{probability:.3f}" for probability in fused.distribution)
    yield from (_name(row.parts[name]) for name in PARTS)
    yield from (row.text, "; ".join(fused.evidence))


def _name(affect: Affect) -> str:
    return affect.dominant if affect.confidence > 0 else ""
