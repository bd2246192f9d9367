"""`Vp8Encoder`: a session's pictures as one VP8 stream."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from companion.types import FPS, Picture, VideoPacket

BITS_PER_PIXEL = 0.18
"""A drawn face is crisp from about this much: 1.2 Mbit/s at 512 x 512."""
SPEED = 16
"""Of libvpx's real-time speeds 0..16: far faster than the usual 6, for a loss that nobody sees in a drawn face."""
STILL = 400
"""A block that differs less than this from the last picture (sum of squares) is left as it is."""
FINEST = 6
"""The smallest quantiser: a picture that stands still need not be told ever more exactly."""
NEVER = 100_000
"""Frames between whole pictures: they are made when asked for."""


class Vp8Encoder:
    """Encodes pictures of one size, each as soon as it comes; the stream begins with a whole one."""

    def __init__(self, size: int) -> None:
        context = av.CodecContext.create("libvpx", "w")
        assert isinstance(context, VideoCodecContext)  # noqa: S101 - what a video codec's context is
        bits = round(BITS_PER_PIXEL * size * size * FPS)
        context.width = context.height = size
        context.pix_fmt = "yuv420p"
        context.framerate, context.time_base = Fraction(FPS), Fraction(1, FPS)
        context.bit_rate, context.qmin, context.qmax, context.gop_size = bits, FINEST, 56, NEVER
        context.thread_count = 1  # sessions are what runs side by side
        context.options = {
            "deadline": "realtime",
            "cpu-used": str(-SPEED),
            "static-thresh": str(STILL),
            "lag-in-frames": "0",
            # Constant bit rate with a second's buffer.
            "minrate": str(bits), "maxrate": str(bits), "bufsize": str(bits),
            "overshoot-pct": "15", "undershoot-pct": "100",
        }  # fmt: skip
        self._context = context
        self._count = 0

    def encode(self, picture: Picture, *, whole: bool = False) -> VideoPacket:
        """The picture (size x size x 3) as the next of the stream; `whole` makes it one that needs none before it."""
        import cv2  # a quarter of a second to import

        planes = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420), np.uint8)
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts = self._count
        self._count += 1
        if whole:
            frame.pict_type = PictureType.I
        packets = self._context.encode(frame)
        return VideoPacket(tuple(bytes(packet) for packet in packets), any(packet.is_keyframe for packet in packets))
