"""`Recording`: a video or sound file of a person, read as camera and microphone would give it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from av.audio.resampler import AudioResampler

from companion.types import HEARING_HZ, AudioChunk, VideoFrame


class RecordingError(ValueError):
    """A file that cannot be replayed; the message is one clear line."""


class Recording:
    """Any file PyAV opens, with sound, pictures or both. Raises `RecordingError` for anything else."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise RecordingError(f"no such file: {path}")
        try:
            with av.open(str(path)) as container:
                self.has_sound = bool(container.streams.audio)
                self.has_pictures = bool(container.streams.video)
                duration = container.duration
        except (av.FFmpegError, OSError) as error:
            raise RecordingError(f"{path} is not a video or sound file that can be read ({error})") from error
        if not (self.has_sound or self.has_pictures):
            raise RecordingError(f"{path} holds neither sound nor pictures")
        self.path = path
        self.seconds = duration / 1_000_000 if duration else 0.0

    def __iter__(self) -> Iterator[AudioChunk | VideoFrame]:
        """Sound at `HEARING_HZ` and pictures in the order of their times, which start at 0.

        Raises `RecordingError` when nothing at all can be decoded; damage later in the file ends it there.
        """
        resampler = AudioResampler(format="flt", layout="mono", rate=HEARING_HZ)
        heard, count = 0, 0
        with av.open(str(self.path)) as container:
            start = (container.start_time or 0) / 1_000_000
            try:
                for frame in container.decode(*container.streams.audio[:1], *container.streams.video[:1]):
                    count += 1
                    if isinstance(frame, av.VideoFrame):
                        picture = frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)
                        yield VideoFrame(picture, max(0.0, (frame.time or 0.0) - start))
                    elif isinstance(frame, av.AudioFrame):
                        for piece in resampler.resample(frame):
                            samples = piece.to_ndarray().reshape(-1).astype(np.float32)
                            yield AudioChunk(samples, HEARING_HZ, heard / HEARING_HZ)
                            heard += len(samples)
            except av.FFmpegError as error:
                if count == 0:
                    raise RecordingError(f"{self.path} is damaged: nothing in it can be decoded ({error})") from error
