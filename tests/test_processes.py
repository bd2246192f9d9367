"""What runs in other processes: drawing with its encoder, and engines that hold the interpreter lock."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import av
import numpy as np
import pytest

from companion.apart import Apart
from companion.clock import Clock
from companion.drawing import Drawing, Look, Recipe
from companion.engines import EngineError
from companion.lane import Lane
from companion.types import Affect, Attention, Motion, Picture, Portrait, VideoPacket, Window
from companion.vp8 import Vp8Encoder
from companion.workers import Workers
from tests.engines import SIZE, Ramp, Still

RECIPES = (Recipe("animator", "tests.engines:Still"), Recipe("renderer", "tests.engines:Ramp"))
COUNTER = Recipe("recognizer", "tests.engines:Counter", (("start", 10),))


def look(name: str = "ramp") -> Look:
    return Look(Still(), Ramp(), Portrait(name, SIZE), recipes=RECIPES)


def window(start: float) -> Window:
    return Window(start, 1, Attention.IDLE)


def decoded(packets: list[VideoPacket]) -> list[Picture]:
    decoder = av.CodecContext.create("vp8", "r")
    frames = [frame for packet in packets for data in packet.pictures for frame in decoder.decode(av.Packet(data))]
    return [
        np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in frames if isinstance(frame, av.VideoFrame)
    ]


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    made = Workers(1)
    made.rehearse(look())
    yield made
    made.close()


@pytest.fixture
def lane() -> Iterator[Lane]:
    made = Lane("test")
    yield made
    made.close()


async def draw(drawing: Drawing, name: str = "ramp", frames: int = 1) -> list[VideoPacket]:
    packets, last, clock = [], None, Clock()
    for index in range(frames):
        motion, packet = await drawing.draw(clock, look(name), window(index / 25), Affect(), last)
        last = motion
        assert isinstance(packet, VideoPacket)
        packets.append(packet)
    return packets


def test_pictures_come_back_as_one_stream_that_shows_what_was_drawn(workers: Workers, lane: Lane) -> None:
    async def scene() -> list[VideoPacket]:
        drawing = workers.drawing(lane)
        packets = await draw(drawing, frames=5)
        drawing.close()
        return packets

    packets = asyncio.run(scene())
    assert [packet.whole for packet in packets] == [True, False, False, False, False]
    motion = Motion(np.full((1, 57), 0.04, np.float32))
    wanted = next(Ramp().render(look().portrait, motion))
    shown = decoded(packets)
    assert len(shown) == 5
    assert np.abs(shown[-1].astype(int) - wanted).mean() < 6


def test_whoever_comes_new_gets_a_whole_picture(workers: Workers, lane: Lane) -> None:
    async def scene() -> list[VideoPacket]:
        drawing = workers.drawing(lane)
        packets = await draw(drawing, frames=2)
        drawing.refresh()
        packets += await draw(drawing, frames=2)
        drawing.close()
        return packets

    packets = asyncio.run(scene())
    assert [packet.whole for packet in packets] == [True, False, True, False]
    assert len(decoded(packets[2:])) == 2


def test_a_renderer_that_fails_is_told_where_the_picture_was_asked_for(workers: Workers, lane: Lane) -> None:
    async def scene() -> None:
        drawing = workers.drawing(lane)
        with pytest.raises(EngineError, match="no such brush"):
            await draw(drawing, "bad")
        assert (await draw(drawing))[0].whole
        drawing.close()

    asyncio.run(scene())


def test_a_drawing_process_that_dies_is_told_and_another_takes_over(workers: Workers, lane: Lane) -> None:
    async def scene() -> None:
        drawing, other = workers.drawing(lane), workers.drawing(lane)
        results = await asyncio.gather(draw(drawing, "gone"), draw(other), return_exceptions=True)
        assert [type(result) for result in results] == [EngineError, EngineError]
        assert (await draw(drawing))[0].whole
        assert (await draw(other))[0].whole
        drawing.close()
        other.close()

    asyncio.run(scene())


def test_engines_without_recipes_draw_here(workers: Workers, lane: Lane) -> None:
    async def scene() -> None:
        drawing = workers.drawing(lane)
        here = Look(Still(), Ramp(), Portrait("ramp", SIZE))
        _, picture = await drawing.draw(Clock(), here, window(0.0), Affect(), None)
        assert isinstance(picture, np.ndarray)
        drawing.close()

    asyncio.run(scene())


def test_a_late_picture_stays_part_of_the_stream() -> None:
    encoder, picture = Vp8Encoder(SIZE), np.full((SIZE, SIZE, 3), 90, np.uint8)
    first, second, third = (encoder.encode(picture) for _ in range(3))
    joined = first.then(second).then(third)
    assert joined.whole
    assert len(decoded([joined])) == 3
    assert second.then(encoder.encode(picture, whole=True)).pictures != second.pictures
    assert len(second.then(encoder.encode(picture, whole=True)).pictures) == 1


def test_an_engine_apart_answers_item_by_item() -> None:
    counter = Apart(COUNTER)
    try:
        first, second = counter.count(iter([1, 2])), counter.count(iter([5]))
        assert [next(first), next(second), next(first)] == [11, 15, 13]
        assert list(first) == [-13]
        counter.forget()
        assert list(counter.count(iter([4]))) == [4, -4]
    finally:
        counter.close()


def test_what_fails_apart_is_told_in_one_line_and_other_streams_go_on() -> None:
    counter = Apart(COUNTER)
    try:
        going = counter.count(iter([1, 2]))
        assert next(going) == 11
        with pytest.raises(EngineError, match="one item is bad"):
            list(counter.count(iter([-1])))
        assert next(going) == 13
        with pytest.raises(EngineError, match="died"):
            list(counter.count(iter([-2])))
        assert list(counter.count(iter([3]))) == [13, -13]
    finally:
        counter.close()
