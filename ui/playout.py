"""`Playout`: the session's frames as two WebRTC tracks on one clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from fractions import Fraction
from typing import TypeVar

import av
import numpy as np
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av.stream import Stream

from companion.pipe import Pipe
from companion.types import SPEECH_HZ, AvatarFrame, Samples, VideoPacket

T = TypeVar("T")
VIDEO_HZ = 90_000
AUDIO_SEC = 0.02
"""Opus as WebRTC uses it: 20 ms a packet."""
PICTURES = 4
PACKETS = 4


class Playout:
    """Splits each `AvatarFrame` into a picture and two packets of sound that carry the same media time.

    Both tracks are short: a browser that cannot keep up misses the oldest pictures and sound, and is never flooded.
    `refresh` is called when the next picture must need none before it.
    """

    def __init__(self, refresh: Callable[[], None] = lambda: None) -> None:
        self.picture = PictureTrack(refresh)
        self.sound = SoundTrack()

    def show(self, frame: AvatarFrame) -> None:
        """Pass a frame on."""
        self.picture.show(frame)
        half = len(frame.audio.samples) // 2
        for i in range(2):
            piece = frame.audio.samples[i * half : (i + 1) * half]
            self.sound.packets.push((frame.time + i * AUDIO_SEC, i, piece))

    def stop(self) -> None:
        """End both tracks."""
        self.picture.stop()
        self.sound.stop()


class PictureTrack(MediaStreamTrack):
    """The avatar's pictures, 25 a second: packets go out as they are, pixels are encoded by the connection."""

    kind = "video"

    def __init__(self, refresh: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.pictures: Pipe[av.VideoFrame | av.Packet[Stream]] = Pipe(PICTURES)
        self._source = aiter(self.pictures)
        self._refresh = refresh
        self._wanted = False
        self._unbroken = False

    def show(self, frame: AvatarFrame) -> None:
        """Take the picture of a frame, if it has a new one and anybody is there to see it."""
        if frame.picture is None or not self._wanted:
            return
        if not isinstance(frame.picture, VideoPacket):
            picture = av.VideoFrame.from_ndarray(frame.picture, format="rgb24")
            self._push(picture, frame.time)
            return
        if frame.picture.whole:
            self._unbroken = True
        if not self._unbroken:
            return
        count = len(frame.picture.pictures)
        if len(self.pictures) + count > PICTURES:
            # What follows a lost packet cannot be decoded.
            self.refresh()
            return
        for number, data in enumerate(frame.picture.pictures):
            # Pictures that came late go just before the one they were late for.
            self._push(av.Packet(data), frame.time - 0.001 * (count - 1 - number))

    def refresh(self) -> None:
        """The browser cannot go on from what it has: start again with a whole picture."""
        self._unbroken = False
        self._refresh()

    def _push(self, picture: av.VideoFrame | av.Packet[Stream], time: float) -> None:
        picture.pts, picture.time_base = round(time * VIDEO_HZ), Fraction(1, VIDEO_HZ)
        self.pictures.push(picture)

    async def recv(self) -> av.VideoFrame | av.Packet[Stream]:
        """The next picture, with its media time."""
        if not self._wanted:
            self._wanted = True
            self.refresh()
        return await _next(self, self._source)

    def stop(self) -> None:
        """No further picture."""
        self.pictures.end()
        super().stop()


class SoundTrack(MediaStreamTrack):
    """The companion's voice and its silences, 24 kHz mono."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self.packets: Pipe[tuple[float, int, Samples]] = Pipe(PACKETS)
        self._source = aiter(self.packets)
        self._first = 0.0

    async def recv(self) -> av.AudioFrame:
        """The next 20 ms, with their media time."""
        time, number, samples = await _next(self, self._source)
        await self._pace(number)
        data = np.clip(samples * 32767, -32768, 32767).astype(np.int16)[None]
        sound = av.AudioFrame.from_ndarray(data, format="s16", layout="mono")
        sound.sample_rate = SPEECH_HZ
        sound.pts, sound.time_base = round(time * SPEECH_HZ), Fraction(1, SPEECH_HZ)
        return sound

    async def _pace(self, number: int) -> None:
        """Send the second packet of a frame 20 ms after the first, unless more are waiting.

        Sent together, they look like jitter to the browser, which then plays all sound later to be safe.
        """
        now = asyncio.get_running_loop().time()
        if number == 0:
            self._first = now
        elif len(self.packets) == 0:
            await asyncio.sleep(max(0.0, self._first + AUDIO_SEC - now))

    def stop(self) -> None:
        """No further sound."""
        self.packets.end()
        super().stop()


async def _next(track: MediaStreamTrack, source: AsyncIterator[T]) -> T:
    if track.readyState != "live":
        raise MediaStreamError
    try:
        return await anext(source)
    except StopAsyncIteration:
        raise MediaStreamError from None
