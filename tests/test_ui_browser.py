"""The page in headless Chromium with a fake session: what is seen, heard and said when something is missing."""

from __future__ import annotations

import json
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

from tests.browser import CHROMIUM, FAKE_MICROPHONE_HZ, browser, write_camera, write_microphone
from tests.probe import Probe, linger_ms

pytestmark = pytest.mark.browser
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")
SOON_MS = 30_000
CONTRAST = """() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const paint = (colours) => {
    pen.clearRect(0, 0, 1, 1);
    for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const poor = [];
  for (const part of document.querySelectorAll(".panel *, .bar *, #drawer *")) {
    const text = [...part.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join("");
    if (!text || !part.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const grounds = [];
    for (let at = part; at; at = at.parentElement) grounds.unshift(getComputedStyle(at).backgroundColor);
    const ground = light(paint(grounds)), ink = light(paint([...grounds, getComputedStyle(part).color]));
    const ratio = (Math.max(ground, ink) + 0.05) / (Math.min(ground, ink) + 0.05);
    if (ratio < 4.5) poor.push(`${text.slice(0, 30)} ${ratio.toFixed(2)}`);
  }
  return poor;
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log"
    with log.open("wb") as file:
        command = [sys.executable, "-m", "tests.fakes_ui", str(port), "256", "32"]
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
    assert "Traceback" not in log.read_text()


@pytest.fixture(scope="module")
def devices(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("devices")
    times = np.arange(2 * FAKE_MICROPHONE_HZ) / FAKE_MICROPHONE_HZ
    hum = (0.3 * np.sin(2 * np.pi * 220 * times)).astype(np.float32)
    pictures = (np.full((240, 320, 3), 90 + 8 * i, np.uint8) for i in range(10))
    return write_microphone(folder / "hum.wav", hum), write_camera(folder / "grey.y4m", pictures)


def opened(page: Page, address: str) -> Page:
    page.goto(address, wait_until="domcontentloaded")
    page.locator("#notice button").click(timeout=SOON_MS)
    expect(page.locator("#veil")).to_have_class(re.compile("gone"), timeout=SOON_MS)
    return page


def write(page: Page, text: str) -> None:
    page.get_by_label("Write to the companion").fill(text)
    page.keyboard.press("Enter")


def get(url: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(url, body, {"content-type": "application/json", **headers})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - our own address
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@needs_chromium
def test_the_picture_runs_and_its_sound_is_heard(address: str) -> None:
    with browser() as page:
        opened(page, address)
        page.get_by_role("button", name="Start talking").click()
        page.wait_for_timeout(1500)
        seen = Probe.of(page, 4)
        assert seen.fps >= 20
        assert seen.delay_ms < 1000
        assert seen.skew_ms  # beeps were heard beside their flashes
        assert linger_ms(page) < 2000


@needs_chromium
def test_microphone_and_camera_reach_the_session(address: str, devices: tuple[Path, Path]) -> None:
    with browser(microphone=devices[0], camera=devices[1]) as page:
        opened(page, address)
        page.get_by_role("button", name="Start talking").click()
        expect(page.locator("#self")).to_be_visible()
        expect(page.locator("#camera-note")).to_contain_text("320x240 at", timeout=SOON_MS)
        expect(page.locator("#legend .voice")).to_have_attribute("title", "16000 Hz, sound", timeout=SOON_MS)
        page.keyboard.press("c")
        expect(page.locator("#self")).to_be_hidden()
        expect(page.locator("#mic")).to_have_attribute("aria-pressed", "true")
        page.keyboard.press("m")
        expect(page.locator("#mic")).to_have_attribute("aria-pressed", "false")


@needs_chromium
@pytest.mark.parametrize(
    ("cause", "said"),
    [
        ("NotAllowedError", "The microphone was refused"),
        ("NotFoundError", "No microphone was found"),
        ("NotReadableError", "The microphone is in use by another program"),
        ("nothing", "Open the page as http://localhost or over HTTPS"),
    ],
)
def test_a_microphone_that_cannot_be_had_is_explained_in_one_line(address: str, cause: str, said: str) -> None:
    gone = "Object.defineProperty(Navigator.prototype, 'mediaDevices', { get: () => undefined })"
    refuse = f"MediaDevices.prototype.getUserMedia = async () => {{ throw new DOMException('no', '{cause}') }}"
    with browser() as page:
        page.add_init_script(gone if cause == "nothing" else refuse)
        opened(page, address)
        page.locator("#mic").click()
        expect(page.locator(".toast")).to_contain_text(said)
        expect(page.locator("#mic")).to_have_attribute("aria-pressed", "false")
        write(page, "Then I write.")
        expect(page.locator("#transcript li.you")).to_have_text("Then I write.")


@needs_chromium
def test_what_happens_is_shown_and_outlives_a_reload(address: str) -> None:
    with browser() as page:
        opened(page, address)
        write(page, "I am sad")
        expect(page.locator("#strategy")).to_have_text("Reflection of feelings · exploration")
        expect(page.locator("#reason")).to_have_text("You sound sad, so I name that first.")
        expect(page.locator("#latency")).to_have_text("480 ms after you stopped speaking")
        expect(page.locator("#mood")).to_contain_text("You seem", timeout=SOON_MS)
        expect(page.locator("#evidence")).to_contain_text("grief, from “I am sad”", timeout=SOON_MS)
        expect(page.locator("#status")).to_have_text("Speaking")
        write(page, "stop")
        expect(page.locator("#transcript li.companion .cut")).to_have_text(" you, and I am here.")
        page.reload()
        expect(page.locator("#transcript li.you").first).to_have_text("I am sad", timeout=SOON_MS)
        expect(page.locator("#notice")).to_be_hidden()  # the first word is said once


@needs_chromium
def test_in_a_crisis_the_numbers_stay(address: str) -> None:
    with browser() as page:
        opened(page, address)
        write(page, "danger")
        expect(page.locator("#crisis")).to_contain_text("999")  # the settings' country, not the browser's
        page.evaluate("companion.set({ expressiveness: 0.5 })")
        write(page, "stop")
        expect(page.locator("#transcript li.you")).to_have_count(2)
        expect(page.locator("#crisis")).to_be_visible()
        assert page.locator("#crisis a").first.get_attribute("href") == "tel:999"


@needs_chromium
def test_the_numbers_come_even_when_another_part_of_the_page_fails(address: str) -> None:
    with browser() as page:
        opened(page, address)
        page.evaluate("document.getElementById('strategy').remove()")
        write(page, "danger")
        expect(page.locator("#crisis")).to_be_visible()


@needs_chromium
def test_the_drawer_shows_what_is_in_use(address: str) -> None:
    with browser() as page:
        opened(page, address)
        page.evaluate("companion.set({ expressiveness: 0.5, avatar: 'tomas' })")
        page.get_by_role("button", name="Settings").click()
        expect(page.get_by_label("Who you see")).to_have_value(re.compile("Tomas"), timeout=SOON_MS)
        page.evaluate("companion.set({ avatar: 'nobody' })")
        expect(page.locator(".toast")).to_contain_text("did you mean 'mira'")
        expect(page.get_by_label("Who you see")).to_have_value(re.compile("Tomas"))
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Forget me")).to_be_hidden()


@needs_chromium
def test_a_conversation_can_be_kept_and_forgotten(address: str) -> None:
    with browser() as page:
        opened(page, address)
        write(page, "Keep this")
        expect(page.locator("#transcript li.you")).to_have_count(1)
        page.get_by_role("button", name="Settings").click()
        with page.expect_download() as kept:
            page.get_by_role("link", name="as JSON").click()
        lines = json.loads(Path(kept.value.path()).read_text())["lines"]
        assert [line["text"] for line in lines] == ["Keep this"]
        page.get_by_role("button", name="Forget me").click()
        expect(page.locator("#transcript li.you")).to_have_count(0)
        expect(page.locator("#transcript .hint")).to_be_visible()


@needs_chromium
@pytest.mark.parametrize("size", [(1280, 720), (390, 844), (844, 390)])
def test_everything_fits_and_can_be_read(address: str, size: tuple[int, int]) -> None:
    with browser(size) as page:
        opened(page, address)
        write(page, "danger")
        expect(page.locator("#crisis")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight + 1")
        for name in ("Get help now", "Settings", "Microphone", "Camera", "Sound"):
            box = page.get_by_role("button", name=name).first.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= size[0] + 1
            assert box["y"] + box["height"] <= size[1] + 1
        page.get_by_role("button", name="Settings").click()
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.wait_for_timeout(500)
            assert page.evaluate(CONTRAST) == [], scheme


@needs_chromium
def test_nothing_is_asked_of_the_internet_even_by_mistake(address: str) -> None:
    with browser() as page:
        opened(page, address)
        blocked = page.evaluate("fetch('https://example.org/').then(() => 'went out', () => 'refused')")
        assert blocked == "refused"


@needs_chromium
def test_a_server_that_went_away_is_said_and_looked_for(address: str) -> None:
    with browser() as page:
        opened(page, address)
        page.route("**/state", lambda route: route.abort())
        page.evaluate("companion.connection.again()")
        expect(page.locator("#veil-text")).to_contain_text("does not answer", timeout=SOON_MS)
        page.unroute("**/state")
        expect(page.locator("#veil")).to_have_class(re.compile("gone"), timeout=SOON_MS)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.example"}, 421),
        ({"Origin": "http://evil.example:80", "Host": "evil.example:80"}, 421),
    ],
)
def test_other_sites_cannot_drive_the_server(address: str, headers: dict[str, str], status: int) -> None:
    assert get(f"{address}rtc/offer", b"{}", **headers)[0] == status


def test_what_is_not_there_is_said_in_one_line(address: str) -> None:
    assert get(f"{address}transcript.txt?room=none") == (404, '{"detail":"There is no such conversation any more."}')
    assert get(f"{address}rtc/offer", b'{"sdp": "x", "type": "offer"}')[0] == 400
    assert get(f"{address}rtc/offer", b"{}")[0] == 422


def test_a_port_that_is_taken_is_said_in_one_line(address: str) -> None:
    port = address.rstrip("/").rpartition(":")[2]
    command = [sys.executable, "-m", "companion", "serve", "--port", port]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - our own server
    assert result.returncode != 0
    assert f"port {port} on 127.0.0.1 cannot be used" in result.stderr
    assert result.stderr.count("\n") == 1


@needs_chromium
@pytest.mark.parametrize(("language", "country"), [("sv", "SE"), ("de-AT", "AT"), ("en", "international")])
def test_help_is_looked_up_for_the_country_that_the_browser_tells(address: str, language: str, country: str) -> None:
    with browser() as page:
        page.add_init_script(f"Object.defineProperty(navigator, 'language', {{ get: () => '{language}' }})")
        with page.expect_request("**/help-lines*", timeout=SOON_MS) as asked:
            page.goto(address, wait_until="domcontentloaded")
        assert asked.value.url.endswith(f"country={country}")
