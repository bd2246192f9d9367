"""The face's frames when pictures are encoded elsewhere and come late."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import numpy as np

from companion.clock import Clock, MediaLoop
from companion.drawing import Look
from companion.performer import Performer
from companion.types import CHANNELS, FRAME_SEC, Affect, AvatarFrame, Motion, Portrait, VideoPacket, Window
from tests.engines import Ramp, Still

LATE = {5, 6, 12, 20, 21, 22}
"""Pictures that take two frames and a half."""


class SlowDrawing:
    """Numbers its pictures; some of them take too long."""

    def __init__(self) -> None:
        self.count = 0

    async def draw(
        self, clock: Clock, look: Look, window: Window, affect: Affect, last: Motion | None
    ) -> tuple[Motion, VideoPacket]:
        number = self.count
        self.count += 1
        await asyncio.sleep((2.5 if number in LATE else 0.3) * FRAME_SEC)
        return Motion(np.zeros((1, len(CHANNELS)), np.float32)), VideoPacket((b"%d" % number,), whole=number == 0)

    def refresh(self) -> None: ...

    def close(self) -> None: ...


def test_every_encoded_picture_is_shown_once_and_in_order_however_late_it_comes() -> None:
    frames: list[AvatarFrame] = []

    async def scene() -> SlowDrawing:
        drawing = SlowDrawing()
        performer = Performer(Look(Still(), Ramp(), Portrait("x", 64)), drawing, Clock(), frames.append)
        running = asyncio.create_task(performer.run())
        await asyncio.sleep(40 * FRAME_SEC)
        running.cancel()
        assert len(LATE) / 2 <= performer.late <= 3 * len(LATE)
        return drawing

    with asyncio.Runner(loop_factory=MediaLoop) as runner:
        drawing = runner.run(scene())
    packets = [frame.picture for frame in frames if isinstance(frame.picture, VideoPacket)]
    shown = [int(data) for packet in packets for data in packet.pictures]
    assert shown == list(range(len(shown)))
    assert drawing.count - len(shown) <= 2  # one under way, one not due yet
    assert max(b.time - a.time for a, b in pairwise(frames)) < FRAME_SEC + 1e-6
    assert {frame.picture is None for frame in frames} == {True, False}
