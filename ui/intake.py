"""`Intake`: the person's microphone and camera as the session wants them."""

from __future__ import annotations

import asyncio

import av
import numpy as np
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av.audio.resampler import AudioResampler

from companion.session import Session
from companion.types import HEARING_HZ, AudioChunk, VideoFrame

CAMERA_SEC = 1 / 13
"""Faces are read about 12 times a second; other pictures are dropped before they cost anything."""
DRIFT_SEC = 0.15


class Intake:
    """Feeds what arrives into the session, on the session's clock."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def take(self, track: MediaStreamTrack) -> None:
        """Read a track until it ends."""
        try:
            await (self._listen(track) if track.kind == "audio" else self._look(track))
        except MediaStreamError:
            return  # the track ended, as tracks do

    async def _listen(self, track: MediaStreamTrack) -> None:
        resampler = AudioResampler(format="flt", layout="mono", rate=HEARING_HZ)
        end = 0.0
        while True:
            frame = await track.recv()
            if not isinstance(frame, av.AudioFrame):
                continue
            now = self._session.clock.now()
            for piece in resampler.resample(frame):
                samples = piece.to_ndarray().reshape(-1).astype(np.float32)
                start = now - len(samples) / HEARING_HZ
                if abs(start - end) < DRIFT_SEC:  # sound is one stream: its own length counts, not its arrival
                    start = end
                end = start + len(samples) / HEARING_HZ
                self._session.hear(AudioChunk(samples, HEARING_HZ, start))

    async def _look(self, track: MediaStreamTrack) -> None:
        loop = asyncio.get_running_loop()
        due = 0.0
        while True:
            frame = await track.recv()
            now = self._session.clock.now()
            if now < due or not isinstance(frame, av.VideoFrame):
                continue
            due = max(due + CAMERA_SEC, now)
            picture = await loop.run_in_executor(None, _rgb, frame)
            self._session.see(VideoFrame(picture, now))


def _rgb(frame: av.VideoFrame) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)
