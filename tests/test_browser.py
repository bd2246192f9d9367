"""The whole companion in a real browser: real engines, headless Chromium, fake microphone and camera."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from scipy.signal import resample_poly

from companion.types import SPEECH_HZ, Affect, Clause
from tests.browser import CHROMIUM, FAKE_MICROPHONE_HZ, browser, write_camera, write_microphone
from voice.espeak import Espeak

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium"),
]
SENTENCE = "I had a really hard day at work today and I feel very tired."
WATCH = """async (seconds) => {
  const video = document.getElementById("avatar");
  const hearing = companion.connection.peer.getReceivers().find(({ track }) => track.kind === "audio");
  const before = video.getVideoPlaybackQuality().totalVideoFrames, pictures = new Set();
  const canvas = document.createElement("canvas"); canvas.width = canvas.height = 64;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  let loudest = 0, darkest = 255;
  const end = performance.now() + 1000 * seconds;
  while (performance.now() < end) {
    await new Promise((done) => setTimeout(done, 40));
    loudest = Math.max(loudest, hearing.getSynchronizationSources()[0]?.audioLevel ?? 0);
    pen.drawImage(video, 0, 0, 64, 64);
    const pixels = pen.getImageData(0, 0, 64, 64).data;
    pictures.add(pixels.reduce((sum, value) => sum + value, 0));
    darkest = Math.min(darkest, pixels.reduce((sum, value) => sum + value, 0) / pixels.length);
  }
  const fps = (video.getVideoPlaybackQuality().totalVideoFrames - before) / seconds;
  return { fps, loudest, pictures: pictures.size, darkest };
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "companion", "serve", "--port", str(port)]
    log = tmp_path_factory.mktemp("server") / "log"
    with log.open("wb") as file:
        server = subprocess.Popen(command, stdout=file, stderr=file)  # noqa: S603 - our own server
    url = f"http://127.0.0.1:{port}/"
    for _ in range(240):
        try:
            urllib.request.urlopen(url, timeout=5).close()
            break
        except urllib.error.URLError:
            assert server.poll() is None, log.read_text()
            time.sleep(0.25)
    yield url
    server.send_signal(signal.SIGINT)
    server.wait(20)


@pytest.fixture(scope="module")
def devices(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("devices")
    parts = [part.audio.samples for part in Espeak("david").speak(Clause(0, SENTENCE, Affect()))]
    speech = resample_poly(np.concatenate(parts), FAKE_MICROPHONE_HZ // SPEECH_HZ, 1).astype(np.float32)
    quiet = np.zeros(14 * FAKE_MICROPHONE_HZ, np.float32)
    microphone = write_microphone(
        folder / "microphone.wav", np.concatenate([quiet[:FAKE_MICROPHONE_HZ], speech, quiet])
    )
    pictures = (np.full((240, 320, 3), 100 + 5 * i, np.uint8) for i in range(10))
    return microphone, write_camera(folder / "camera.y4m", pictures)


def opened(page: Page, address: str) -> Page:
    page.goto(address, wait_until="domcontentloaded")
    page.locator("#notice button").click(timeout=20_000)
    expect(page.locator("#veil")).to_have_class(re.compile("gone"), timeout=40_000)
    return page


def test_a_spoken_sentence_is_heard_and_answered_by_a_living_face(address: str, devices: tuple[Path, Path]) -> None:
    with browser(microphone=devices[0], camera=devices[1]) as page:
        opened(page, address)
        for _ in range(5):  # the browser and all engines share the cores with whatever else runs
            idle = page.evaluate(WATCH, 4)
            if idle["fps"] >= 20:
                break
        assert idle["fps"] >= 20
        assert idle["pictures"] > 20  # alive, not a still
        assert idle["darkest"] > 30
        page.get_by_role("button", name="Start talking").click()
        expect(page.locator("#self")).to_be_visible()
        greeting = page.evaluate(WATCH, 5)
        assert greeting["loudest"] > 0.03
        expect(page.locator("#transcript li.you:not(.partial)").first).to_contain_text(
            re.compile(r"\w+ \w+"), timeout=60_000
        )
        answers = page.locator("#transcript li.companion")
        expect(answers.nth(1)).to_contain_text(re.compile(r"\w+ \w+"), timeout=20_000)
        expect(page.locator("#latency")).to_contain_text("ms", timeout=15_000)
        expect(page.locator("#strategy")).to_contain_text("·")


def test_without_microphone_and_camera_one_can_still_write(address: str) -> None:
    with browser() as page:
        opened(page, address)
        page.get_by_role("button", name="Start talking").click()
        expect(page.locator(".toast").first).to_contain_text(re.compile("microphone was (refused|found)|No microphone"))
        page.get_by_label("Write to the companion").fill("My dog died yesterday and I miss her.")
        page.keyboard.press("Enter")
        expect(page.locator("#transcript li.you")).to_contain_text("My dog died")
        expect(page.locator("#transcript li.companion").last).to_contain_text(re.compile(r"\w+ \w+"), timeout=15_000)
        assert page.evaluate(WATCH, 6)["loudest"] > 0.03
        page.reload()
        expect(page.locator("#transcript li.you")).to_contain_text("My dog died", timeout=20_000)


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)])
def test_nothing_scrolls_sideways_and_everything_has_a_name(address: str, size: tuple[int, int]) -> None:
    with browser(size) as page:
        opened(page, address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight + 1")
        for button in page.locator("#app button:visible").all():
            assert button.inner_text().strip() or button.get_attribute("aria-label") or button.get_attribute("title")


def test_settings_change_the_face_and_forgetting_empties_the_page(address: str) -> None:
    with browser() as page:
        opened(page, address)
        page.evaluate("companion.set({ avatar: 'tomas', expressiveness: 1.3 })")
        page.evaluate("companion.set({ avatar: 'tomass' })")
        expect(page.locator(".toast")).to_contain_text("did you mean 'tomas'")
        page.get_by_label("Write to the companion").fill("Please forget this.")
        page.keyboard.press("Enter")
        expect(page.locator("#transcript li.you")).to_contain_text("forget")
        page.get_by_role("button", name="Settings").click()
        page.get_by_role("button", name="Forget me").click()
        expect(page.locator("#transcript li.you")).to_have_count(0)


def test_other_sites_cannot_drive_the_server(address: str) -> None:
    for headers, status in (({"Origin": "http://evil.example"}, 403), ({"Host": "evil.example"}, 421)):
        request = urllib.request.Request(f"{address}rtc/offer", b"{}", {"content-type": "application/json", **headers})  # noqa: S310
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(request, timeout=5)  # noqa: S310 - our own address
        assert error.value.code == status
        error.value.close()


def test_the_page_asks_nothing_of_the_internet(address: str) -> None:
    asked: list[str] = []
    with browser() as page:
        page.on("request", lambda request: asked.append(request.url))
        opened(page, address)
        page.wait_for_timeout(1500)
    outside = [url for url in asked if not url.startswith((address, "data:", "blob:"))]
    assert not outside
