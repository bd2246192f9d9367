"""Pictures and sound on their way to the browser."""

from __future__ import annotations

import asyncio

import av
import numpy as np

from companion.types import FRAME_SEC, SPEECH_HZ, AudioChunk, AvatarFrame, Picture, VideoPacket
from ui.playout import PICTURES, PictureTrack, Playout

WHOLE = VideoPacket((b"whole",), whole=True)
PART = VideoPacket((b"part",), whole=False)


def frame(index: int, picture: Picture | VideoPacket | None) -> AvatarFrame:
    sound = AudioChunk(np.zeros(round(FRAME_SEC * SPEECH_HZ), np.float32), SPEECH_HZ, index * FRAME_SEC)
    return AvatarFrame(0, index * FRAME_SEC, picture, sound, index * FRAME_SEC)


class Viewer:
    """A browser that has just begun to look, and what it asked for."""

    def __init__(self) -> None:
        self.asked = 0
        self.track = PictureTrack(self.ask)
        self.looking = asyncio.create_task(self.track.recv())

    def ask(self) -> None:
        self.asked += 1

    async def next(self) -> bytes:
        packet = await self.looking
        self.looking = asyncio.create_task(self.track.recv())
        assert isinstance(packet, av.Packet)
        return bytes(packet)


def test_a_browser_starts_with_a_whole_picture() -> None:
    async def scene() -> None:
        viewer = Viewer()
        viewer.track.show(frame(1, PART))  # nobody has looked yet
        await asyncio.sleep(0)
        assert viewer.asked == 1
        for number, picture in enumerate((PART, WHOLE, PART), start=2):
            viewer.track.show(frame(number, picture))
        assert [await viewer.next(), await viewer.next()] == [b"whole", b"part"]
        viewer.looking.cancel()

    asyncio.run(scene())


def test_a_frame_without_a_new_picture_sends_none() -> None:
    async def scene() -> None:
        viewer = Viewer()
        await asyncio.sleep(0)
        for number, picture in enumerate((WHOLE, None, PART)):
            viewer.track.show(frame(number, picture))
        first = await viewer.looking
        second = await viewer.track.recv()
        assert first.pts is not None
        assert second.pts is not None
        assert second.pts - first.pts == 2 * 0.04 * 90_000

    asyncio.run(scene())


def test_a_late_picture_goes_out_before_the_one_it_was_late_for() -> None:
    async def scene() -> None:
        viewer = Viewer()
        await asyncio.sleep(0)
        viewer.track.show(frame(0, WHOLE))
        viewer.track.show(frame(2, PART.then(VideoPacket((b"later",), whole=False))))
        times = []
        for data in (b"whole", b"part", b"later"):
            packet = await viewer.looking
            viewer.looking = asyncio.create_task(viewer.track.recv())
            assert isinstance(packet, av.Packet)
            assert bytes(packet) == data
            times.append(packet.pts or 0)
        assert times == sorted(set(times))
        viewer.looking.cancel()

    asyncio.run(scene())


def test_a_browser_that_falls_behind_goes_on_from_a_whole_picture() -> None:
    async def scene() -> None:
        viewer = Viewer()
        await asyncio.sleep(0)
        viewer.track.show(frame(0, WHOLE))
        assert await viewer.next() == b"whole"
        await asyncio.sleep(0)
        viewer.looking.cancel()
        await asyncio.sleep(0)
        for number in range(PICTURES + 3):
            viewer.track.show(frame(number + 1, PART))
        assert viewer.asked == 2  # once at the start, once when one was lost; nothing is sent until it comes
        viewer.track.show(frame(20, PART))
        assert len(viewer.track.pictures) == PICTURES

    asyncio.run(scene())


def test_sound_goes_out_in_packets_of_20_ms_on_the_same_clock() -> None:
    async def scene() -> None:
        playout = Playout()
        playout.show(frame(5, None))
        first, second = await playout.sound.recv(), await playout.sound.recv()
        assert first.samples == second.samples == SPEECH_HZ // 50
        assert first.pts == round(5 * FRAME_SEC * SPEECH_HZ)
        assert second.pts == first.pts + SPEECH_HZ // 50

    asyncio.run(scene())
