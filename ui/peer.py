"""`Peer`: one WebRTC connection between a page and its room."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.rtcrtpsender import RTCRtpSender

from ui.intake import Intake
from ui.room import Room

MOST_BUFFERED = 256_000
"""Bytes waiting in the data channel above which live readings are left out: the page is behind."""
PATIENCE_SEC = 30.0
_log = logging.getLogger(__name__)


class Peer:
    """Answers an offer with the avatar's picture and sound, and takes microphone, camera and messages in."""

    def __init__(self, room: Room, ice_servers: Sequence[str]) -> None:
        servers = [RTCIceServer(urls=url) for url in ice_servers]
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=servers))
        self._room = room
        self._playout = room.enter(self._hang_up)
        self._intake = Intake(room.session)
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing: asyncio.Task[None] | None = None
        self._channel: RTCDataChannel | None = None
        self._connection.on("track", self._on_track)
        self._connection.on("datachannel", self._on_channel)
        self._connection.on("connectionstatechange", self._on_state)

    @property
    def open(self) -> bool:
        """Whether the connection is not over."""
        return self._connection.connectionState not in ("failed", "closed")

    async def answer(self, offer: RTCSessionDescription) -> RTCSessionDescription:
        """Accept an offer. Raises `ValueError` for one that is no such thing."""
        await self._connection.setRemoteDescription(offer)
        if {transceiver.kind for transceiver in self._connection.getTransceivers()} != {"audio", "video"}:
            raise ValueError("an offer needs sound and picture")
        for transceiver in self._connection.getTransceivers():
            if transceiver.kind == "video":
                codecs = RTCRtpSender.getCapabilities("video").codecs
                transceiver.setCodecPreferences([codec for codec in codecs if codec.mimeType.lower() == "video/vp8"])
                transceiver.sender.replaceTrack(self._playout.picture)
                _when_lost(transceiver.sender, self._playout.picture.refresh)
            else:
                transceiver.sender.replaceTrack(self._playout.sound)
            transceiver.direction = "sendrecv"
            # One stream id for both tells the browser to keep sound and picture together; aiortc has no public way.
            transceiver.sender._stream_id = self._room.id
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        asyncio.get_running_loop().call_later(PATIENCE_SEC, self._give_up)
        return self._connection.localDescription

    async def close(self) -> None:
        """Hang up."""
        self._room.leave(self._playout)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._connection.close()

    def _give_up(self) -> None:
        """A page that never came through must not hold a place for ever."""
        if self._connection.connectionState in ("new", "connecting"):
            self._hang_up()

    def _hang_up(self) -> None:
        self._closing = asyncio.create_task(self.close())

    def _on_track(self, track: MediaStreamTrack) -> None:
        task = asyncio.create_task(self._intake.take(track))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _on_channel(self, channel: RTCDataChannel) -> None:
        self._channel = channel
        channel.on("message", self._on_message)
        if self._playout is self._room.playout:
            self._room.send = self._send

    def _on_message(self, text: object) -> None:
        try:
            self._room.message(str(text))
        except Exception:  # noqa: BLE001 - an exception that leaves here ends aiortc's DTLS loop while the state says connected
            _log.exception("a message from the page failed")

    async def _on_state(self) -> None:
        if self._connection.connectionState in ("failed", "closed"):
            await self.close()

    def _send(self, text: str) -> None:
        channel = self._channel
        if channel is None or channel.readyState != "open" or self._connection.connectionState != "connected":
            return
        if channel.bufferedAmount < MOST_BUFFERED or '"kind": "affect"' not in text:
            channel.send(text)


def _when_lost(sender: RTCRtpSender, refresh: Callable[[], None]) -> None:
    """Pass the browser's requests for a whole picture on: aiortc only tells its own encoder, and has no public way."""
    told = sender._send_keyframe

    def tell() -> None:
        told()
        refresh()

    vars(sender)["_send_keyframe"] = tell
