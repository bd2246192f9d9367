"""`Movie`: a file with pictures and sound, written frame by frame."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from companion.types import FPS, SPEECH_HZ, Picture, Samples


class MovieError(Exception):
    """A video that cannot be written; the message is one clear line."""


class Movie:
    """H.264 and AAC in MP4 at 25 fps and 24 kHz; a context manager that finishes the file.

    The file appears under its name only when it is complete, so a broken run leaves no half of one.
    Raises `MovieError` where it cannot be written: at once, or when the disk is full.
    """

    def __init__(self, path: Path, width: int, height: int) -> None:
        self._path = path
        self._partial = path.with_name(f".{path.name}.partial")
        self._container = av.open(str(self._partial), "w", format="mp4")
        self._video: VideoStream = self._container.add_stream("libx264", rate=FPS)
        self._video.width, self._video.height = width, height
        self._video.pix_fmt = "yuv420p"
        self._video.options = {"preset": "veryfast", "crf": "20"}
        self._audio: AudioStream = self._container.add_stream("aac", rate=SPEECH_HZ, layout="mono")
        self._frames = 0
        self._samples = 0
        try:
            self._container.start_encoding()
        except OSError as error:
            raise MovieError(f"{path} cannot be written: {error.strerror}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            for stream in (self._video, self._audio):
                self._put(stream, None)
        self._container.close()
        if kind is None:
            self._partial.replace(self._path)
        else:
            self._partial.unlink(missing_ok=True)

    def show(self, picture: Picture) -> None:
        """The next picture, of the size given at the start."""
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
        frame.pts, frame.time_base = self._frames, Fraction(1, FPS)
        self._frames += 1
        self._put(self._video, frame)

    def play(self, samples: Samples) -> None:
        """More sound, mono at `SPEECH_HZ`."""
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[None], dtype=np.float32), "fltp", "mono")
        frame.sample_rate, frame.pts, frame.time_base = SPEECH_HZ, self._samples, Fraction(1, SPEECH_HZ)
        self._samples += len(samples)
        self._put(self._audio, frame)

    def _put(self, stream: VideoStream | AudioStream, frame: av.VideoFrame | av.AudioFrame | None) -> None:
        try:
            self._container.mux(stream.encode(frame))  # type: ignore[arg-type]  # each stream with its own frames
        except OSError as error:
            raise MovieError(f"{self._path} cannot be written: {error.strerror}") from error
