"""The real-time stream without a browser: two ends of aiortc on this machine, and a fake session."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from fractions import Fraction
from typing import Any, cast

import av
import numpy as np
import pytest
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack
from fastapi import HTTPException

import ui.room
import ui.server
from companion.settings import Settings
from companion.types import HEARING_HZ
from tests.fakes import Stopwatch, fake_studio
from tests.fakes_ui import FakeSession
from ui.server import Desk, Offer

SOON_SEC = 20.0


class Tone(AudioStreamTrack):
    """A 440 Hz microphone, 48 kHz stereo."""

    async def recv(self) -> av.AudioFrame:
        silence = await super().recv()
        times = np.arange(960) / 48_000
        wave = (8000 * np.sin(2 * np.pi * 440 * times)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(np.repeat(wave, 2)[None], format="s16", layout="stereo")
        frame.sample_rate, frame.time_base = 48_000, Fraction(1, 48_000)
        frame.pts = 6 * (silence.pts or 0)  # aiortc's silence counts at 8 kHz
        return frame


class Visitor:
    """The page's end of a connection."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.channel = self.peer.createDataChannel("events")
        self.tracks: dict[str, MediaStreamTrack] = {}
        self.events: list[dict[str, Any]] = []
        self.room = ""
        self.peer.on("track", lambda track: self.tracks.update({track.kind: track}))
        self.channel.on("message", lambda text: self.events.append(json.loads(text)))

    async def connect(self, room: str = "", *senders: MediaStreamTrack) -> Visitor:
        for kind in ("audio", "video"):
            own = [track for track in senders if track.kind == kind]
            self.peer.addTransceiver(own[0] if own else kind, direction="sendrecv")
        await self.peer.setLocalDescription(await self.peer.createOffer())
        local = self.peer.localDescription
        answer = await self.desk.connect(Offer(sdp=local.sdp, type=local.type, room=room))
        self.room = answer["room"]
        await self.peer.setRemoteDescription(RTCSessionDescription(answer["sdp"], answer["type"]))
        await until(lambda: self.channel.readyState == "open")
        return self

    @property
    def session(self) -> FakeSession:
        return cast("FakeSession", self.desk.rooms[self.room].session)

    def kinds(self) -> set[str]:
        return {event["kind"] for event in self.events}


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON_SEC):
        while not true():  # noqa: ASYNC110 - what is waited for happens inside aiortc
            await asyncio.sleep(0.02)


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui.room, "Session", FakeSession)
    monkeypatch.setattr(ui.server, "rehearse", lambda studio, settings: iter(["renderer"]))


def at_the_desk(scene: Callable[[Desk, Callable[[], Visitor]], Awaitable[None]], sessions: int = 4) -> None:
    async def run() -> None:
        visitors: list[Visitor] = []

        def visitor() -> Visitor:
            visitors.append(Visitor(desk))
            return visitors[-1]

        desk = Desk(Settings(size=256, sessions=sessions), fake_studio(Stopwatch()))  # type: ignore[arg-type]  # a fake
        try:
            await scene(desk, visitor)
        finally:
            for one in visitors:
                await one.peer.close()
            await desk.close()

    asyncio.run(run())


def test_picture_and_sound_come_without_microphone_and_camera() -> None:
    async def scene(desk: Desk, visitor: Callable[[], Visitor]) -> None:
        page = await visitor().connect()
        picture, sound = await page.tracks["video"].recv(), await page.tracks["audio"].recv()
        assert isinstance(picture, av.VideoFrame)
        assert (picture.width, picture.height) == (256, 256)
        assert isinstance(sound, av.AudioFrame)
        await until(lambda: "affect" in page.kinds())

    at_the_desk(scene)


def test_any_microphone_and_camera_arrive_as_the_session_wants_them() -> None:
    async def scene(desk: Desk, visitor: Callable[[], Visitor]) -> None:
        page = await visitor().connect("", Tone(), VideoStreamTrack())
        session = page.session
        await until(lambda: len(session.heard) > 30 and len(session.seen) > 8)
        assert {chunk.rate for chunk in session.heard} == {HEARING_HZ}
        assert all(chunk.samples.ndim == 1 and chunk.samples.dtype == np.float32 for chunk in session.heard)
        assert max(float(np.abs(chunk.samples).max()) for chunk in session.heard) > 0.1
        joins = [b.start - a.end for a, b in zip(session.heard[5:], session.heard[6:], strict=False)]
        assert max(map(abs, joins)) < 0.16  # one stream, without holes
        assert session.seen[-1].picture.shape == (480, 640, 3)
        gaps = np.diff([frame.time for frame in session.seen])
        assert float(np.mean(gaps)) > 1 / 15  # thirty pictures a second were sent

    at_the_desk(scene)


def test_one_person_too_many_is_told_so_in_one_line() -> None:
    async def scene(desk: Desk, visitor: Callable[[], Visitor]) -> None:
        await visitor().connect()
        with pytest.raises(HTTPException) as refusal:
            await visitor().connect()
        assert refusal.value.detail == "The companion is talking with 1 person already; please try again later."

    at_the_desk(scene, sessions=1)


def test_a_place_that_was_left_is_given_to_whoever_waits() -> None:
    async def scene(desk: Desk, visitor: Callable[[], Visitor]) -> None:
        first = await visitor().connect()
        await first.peer.close()
        await until(lambda: desk.rooms[first.room].deserted)
        second = await visitor().connect()
        assert list(desk.rooms) == [second.room]

    at_the_desk(scene, sessions=1)


def test_a_second_window_takes_the_conversation_over() -> None:
    async def scene(desk: Desk, visitor: Callable[[], Visitor]) -> None:
        first = await visitor().connect()
        first.channel.send(json.dumps({"op": "type", "text": "Remember this"}))
        await until(lambda: "turn" in first.kinds())
        second = await visitor().connect(first.room)
        assert second.room == first.room
        await until(lambda: "moved" in first.kinds())
        await until(lambda: first.peer.connectionState == "closed")
        second.channel.send(json.dumps({"op": "hello"}))
        await until(lambda: "state" in second.kinds())
        assert (
            second.events[[e["kind"] for e in second.events].index("state")]["transcript"][0]["text"] == "Remember this"
        )

    at_the_desk(scene)


def test_messages_that_make_no_sense_leave_the_connection_standing() -> None:
    async def scene(desk: Desk, visitor: Callable[[], Visitor]) -> None:
        page = await visitor().connect()
        for text in ("", "{", "[1]", '{"op": "settings", "values": 3}', b"\x00\xff", '{"op": "type", "text": null}'):
            page.channel.send(text)
        page.channel.send(json.dumps({"op": "hello"}))
        await until(lambda: "state" in page.kinds())
        assert all("\n" not in event["message"] for event in page.events if event["kind"] == "error")
        await page.tracks["video"].recv()

    at_the_desk(scene)


def test_a_refused_setting_tells_the_page_what_is_in_use() -> None:
    async def scene(desk: Desk, visitor: Callable[[], Visitor]) -> None:
        page = await visitor().connect()
        page.channel.send(json.dumps({"op": "settings", "values": {"avatar": "nobody"}}))
        await until(lambda: "settings" in page.kinds())
        errors = [event["message"] for event in page.events if event["kind"] == "error"]
        assert errors == ["Not changed: unknown avatar 'nobody'; did you mean 'mira'?"]
        assert next(event for event in page.events if event["kind"] == "settings")["settings"]["avatar"] == "mira"

    at_the_desk(scene)


def test_an_offer_that_is_none_is_refused_and_leaves_no_room_behind() -> None:
    async def scene(desk: Desk, visitor: Callable[[], Visitor]) -> None:
        for sdp, kind in (("nonsense", "offer"), ("v=0\r\n", "rollback"), ("", "offer")):
            with pytest.raises(HTTPException) as refusal:
                await desk.connect(Offer(sdp=sdp, type=kind))
            assert refusal.value.status_code == 400
        assert not desk.rooms

    at_the_desk(scene)


def test_engines_that_cannot_start_are_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(studio: object, settings: object) -> list[str]:
        raise RuntimeError("no voice data")

    monkeypatch.setattr(ui.server, "rehearse", broken)

    async def scene(desk: Desk, visitor: Callable[[], Visitor]) -> None:
        with pytest.raises(HTTPException) as refusal:
            await visitor().connect()
        assert refusal.value.detail == "The companion cannot start: no voice data"
        assert not desk.waking

    at_the_desk(scene)
