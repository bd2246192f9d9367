"""`Seeing`: from the camera to readings of the face."""

from __future__ import annotations

from collections.abc import Callable

from companion.clock import Clock
from companion.engines import FaceReader
from companion.feed import Feed
from companion.lane import Lane
from companion.latest import Latest
from companion.types import FaceReading, VideoFrame

REST = 8
"""Rest after a reading, in times of how long it took: one reading after the other would leave little for others."""
LONGEST_REST_SEC = 0.2


class Seeing:
    """Looks for ever, at the newest picture only: a slow reader skips pictures and never falls behind.

    Where one face is read, every picture is; where many are, or much else is to do, each is read less often.
    """

    def __init__(self, reader: FaceReader, lane: Lane, clock: Clock, on_face: Callable[[FaceReading], None]) -> None:
        self._reader = reader
        self._lane = lane
        self._clock = clock
        self._on_face = on_face
        self._camera: Latest[VideoFrame] = Latest()

    def see(self, frame: VideoFrame) -> None:
        """Take a picture in; never blocks."""
        self._camera.set(frame)

    async def run(self) -> None:
        """Look until cancelled."""
        feed = Feed(self._reader.read)
        async for frame in self._camera:
            began = self._clock.now()
            self._on_face(await self._lane.call(self._clock, feed.advance, frame))
            done = self._clock.now()
            await self._clock.sleep_until(done + min(LONGEST_REST_SEC, REST * (done - began)))
