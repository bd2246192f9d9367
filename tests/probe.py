"""`Probe`: what a person at the page of `tests.fakes_ui` would see and hear, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from playwright.sync_api import Page

from tests.fakes_ui import BITS, CELL

_WATCH = """async ([seconds, bits, cell]) => {
  const video = document.getElementById("avatar"), canvas = document.createElement("canvas");
  canvas.width = 12 * cell; canvas.height = 2 * cell;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const lamp = document.createElement("canvas"); lamp.width = lamp.height = 1;
  const light = lamp.getContext("2d", { willReadFrequently: true });
  const times = [], delays = [], flashes = [], end = performance.now() + 1000 * seconds;
  let bright = true;
  const before = video.getVideoPlaybackQuality().totalVideoFrames;
  const sounds = await hearing();
  await new Promise((done) => {
    const look = () => {
      times.push(performance.now());
      pen.drawImage(video, 0, 0);
      const pixels = pen.getImageData(0, 0, canvas.width, canvas.height).data;
      let made = 0;
      for (let bit = 0; bit < bits; bit++) {
        const x = (bit % 12 + 0.5) * cell, y = (Math.floor(bit / 12) + 0.5) * cell;
        made = made * 2 + (pixels[4 * (y * canvas.width + x)] > 128);
      }
      delays.push((Date.now() % 2 ** bits) - made);
      light.drawImage(video, video.videoWidth / 4, video.videoHeight * 0.75, 1, 1, 0, 0, 1, 1);
      const lit = light.getImageData(0, 0, 1, 1).data[1] > 128;
      if (lit && !bright) flashes.push(performance.now());
      bright = lit;
      if (performance.now() < end) video.requestVideoFrameCallback(look); else done();
    };
    video.requestVideoFrameCallback(look);
    setTimeout(done, 1000 * seconds + 2000);
  });
  const frames = video.getVideoPlaybackQuality().totalVideoFrames - before;
  const loud = sounds.filter(([, level]) => level > 0.05).map(([at]) => at);
  const beeps = loud.filter((at, i) => i && at - loud[i - 1] > 200);
  const stats = [...(await companion.connection.peer.getStats()).values()].filter(({ type }) => type === "inbound-rtp");
  const [sound, picture] = ["audio", "video"].map((kind) => stats.find((entry) => entry.kind === kind));
  return {
    frames, times, delays, flashes, beeps, bytes: picture.bytesReceived,
    concealed: sound.concealedSamples / sound.totalSamplesReceived,
  };
}"""
_LINGER = """async (wait) => {
  const say = (text) => companion.connection.send({ op: "type", text });
  const sounds = await hearing(), pause = (ms) => new Promise((done) => setTimeout(done, ms));
  say("talk");
  await pause(wait);
  const asked = performance.now();
  say("stop");
  await pause(1000);
  const tone = sounds.filter(([at, level, low]) => at > asked && level > 0.05 && low);
  const heard = sounds.some(([at, level, low]) => at < asked && level > 0.05 && low);
  return { heard, last: tone.length ? tone.at(-1)[0] - asked : 0 };
}"""
_HEARING = """
window.hearing ??= async () => {
  if (window.heard) { window.heard.length = 0; return window.heard; }
  const { track } = companion.connection.peer.getReceivers().find((receiver) => receiver.track.kind === "audio");
  const context = new AudioContext();
  await context.resume();
  const code = `registerProcessor("ear", class extends AudioWorkletProcessor {
    process([[samples]]) {
      if (!samples) return true;
      let level = 0, crossings = 0;
      for (let i = 0; i < samples.length; i++) {
        level = Math.max(level, Math.abs(samples[i]));
        if (i && samples[i] * samples[i - 1] < 0) crossings++;
      }
      this.port.postMessage([level, crossings < 4]);
      return true;
    }
  })`;
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
  const ear = new AudioWorkletNode(context, "ear"), mute = new GainNode(context, { gain: 0 });
  context.createMediaStreamSource(new MediaStream([track])).connect(ear).connect(mute).connect(context.destination);
  const sounds = (window.heard = []);
  ear.port.onmessage = ({ data: [level, low] }) => sounds.push([performance.now(), level, low]);
  return sounds;
};
"""


@dataclass(frozen=True, slots=True)
class Probe:
    """`delay_ms` is from drawing to showing; `skew_ms` how much later than its flash a beep is heard."""

    fps: float
    gap_ms: float
    delay_ms: float
    skew_ms: tuple[float, ...]
    concealed: float
    bytes: int

    @classmethod
    def of(cls, page: Page, seconds: float) -> Probe:
        """Look and listen for some seconds."""
        page.evaluate(_HEARING)
        seen: dict[str, Any] = page.evaluate(_WATCH, [seconds, BITS, CELL])
        times = np.array(seen["times"])
        nearest = [min((beep - flash for flash in seen["flashes"]), key=abs, default=1e9) for beep in seen["beeps"]]
        return cls(
            seen["frames"] / ((times[-1] - times[0]) / 1000),
            float(np.percentile(np.diff(times), 99)),
            float(np.median(seen["delays"])),
            tuple(round(gap, 1) for gap in nearest if abs(gap) < 400),
            seen["concealed"],
            seen["bytes"],
        )


def linger_ms(page: Page, wait_ms: int = 700) -> float:
    """Milliseconds for which old sound is still heard after the page asked for silence; fails when there was none."""
    page.evaluate(_HEARING)
    heard: dict[str, Any] = page.evaluate(_LINGER, wait_ms)
    assert heard["heard"]
    return float(heard["last"])
