"""Headless Chromium with a fake microphone and camera, for tests and for pictures of the page."""

from __future__ import annotations

import shutil
import tempfile
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from companion.types import Samples

CHROMIUM = shutil.which("chromium")
FAKE_MICROPHONE_HZ = 48_000
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--autoplay-policy=no-user-gesture-required", "--disable-features=WebRtcHideLocalIpsWithMdns",
]  # fmt: skip


def write_microphone(path: Path, samples: Samples) -> Path:
    """Sound (mono, `FAKE_MICROPHONE_HZ`) as the file that Chromium plays as its microphone, over and over."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(FAKE_MICROPHONE_HZ)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def write_camera(path: Path, pictures: Iterator[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]) -> Path:
    """Pictures (H x W x 3 RGB, even sides) as the file that Chromium shows as its camera, over and over."""
    import cv2

    with path.open("wb") as file:
        for index, picture in enumerate(pictures):
            height, width = picture.shape[:2]
            if index == 0:
                file.write(f"YUV4MPEG2 W{width} H{height} F15:1 Ip A1:1 C420jpeg\n".encode())
            file.write(b"FRAME\n" + cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420).tobytes())
    return path


@contextmanager
def browser(
    size: tuple[int, int] = (1280, 720),
    microphone: Path | None = None,
    camera: Path | None = None,
    scheme: str = "light",
) -> Iterator[Page]:
    """A fresh page. Without a microphone and camera file the page is refused both."""
    # Fake devices in any case: without them a machine that has no sound card plays nothing either.
    flags = [*FLAGS, "--use-fake-device-for-media-stream"]
    if microphone is not None or camera is not None:
        flags.append("--use-fake-ui-for-media-stream")
    if microphone is not None:
        flags.append(f"--use-file-for-fake-audio-capture={microphone}")
    if camera is not None:
        flags.append(f"--use-file-for-fake-video-capture={camera}")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=CHROMIUM,
            headless=True,
            args=flags,
            ignore_default_args=["--mute-audio", "--headless"],
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        try:
            yield context.pages[0]
        finally:
            context.close()
