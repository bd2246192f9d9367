"""The README's picture: a real conversation in a real browser; `python -m tests.picture URL PATH`.

For want of a person, another of the characters sits before the camera and another of the voices speaks.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
from scipy.signal import resample_poly

from avatar.animator import RulesAnimator
from avatar.character import CharacterRenderer
from companion.types import SPEECH_HZ, Affect, Attention, Clause, Motion, Picture, Portrait, Window
from tests.browser import FAKE_MICROPHONE_HZ, browser, write_camera, write_microphone
from voice.espeak import Espeak

SENTENCE = "I lost my job last week and I feel sad and lonely."
GREETING_SEC = 9
ANSWER_MS = 5000
"""From the words on the page to the middle of the answer."""


def person(frames: int = 30) -> list[Picture]:
    """Someone sad, 480 x 360."""
    animator, renderer = RulesAnimator(), CharacterRenderer()
    last: Motion | None = None
    pictures = []
    for index in range(frames):
        last = animator.animate(Window(index * 0.08, 1, Attention.IDLE), Affect.of("sad", 0.8), last)
        whole = next(iter(renderer.render(Portrait("tomas", 512), last)))
        pictures.append(np.asarray(cv2.resize(whole[64:448], (480, 360)), np.uint8))
    return pictures


def main() -> None:
    """Hold a conversation with the companion at a URL and take its picture."""
    url, path = sys.argv[1:3]
    parts = [part.audio.samples for part in Espeak("david").speak(Clause(0, SENTENCE, Affect()))]
    speech = resample_poly(np.concatenate(parts), FAKE_MICROPHONE_HZ // SPEECH_HZ, 1).astype(np.float32)
    quiet = np.zeros(GREETING_SEC * FAKE_MICROPHONE_HZ, np.float32)
    with tempfile.TemporaryDirectory() as folder:
        microphone = write_microphone(Path(folder) / "voice.wav", np.concatenate([quiet, speech, *[quiet] * 4]))
        camera = write_camera(Path(folder) / "person.y4m", iter(person()))
        with browser(microphone=microphone, camera=camera) as page:
            page.goto(url, wait_until="domcontentloaded")
            page.locator("#notice button").click(timeout=30_000)
            page.get_by_role("button", name="Start talking").click(timeout=30_000)
            page.wait_for_selector("#transcript li.you", timeout=60_000)
            page.wait_for_timeout(ANSWER_MS)
            page.screenshot(path=path)


if __name__ == "__main__":
    main()
