"""The mean cepstrum of a voice through its microphone, followed along an utterance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from companion.types import HEARING_HZ
from voice.acoustics import Acoustics

if TYPE_CHECKING:
    from pocketsphinx import Decoder

FRAME_SAMPLES = HEARING_HZ // 100
"""The decoder's frames are 10 ms apart."""
UPDATE_FRAMES = 25
"""Frames between two updates of the mean."""
WEIGHT_FRAMES = 500
"""Frames that PocketSphinx lets a mean count for once it is set (CMN_WIN in its `cmn.h`)."""
PROBE = "probe"
"""The decoder's second search: a key phrase, cheap enough that only the features cost time."""
RECALLED_FRAMES = 100
"""Frames that a mean remembered from earlier utterances counts for."""
START = np.array([40.0, 3.0, -1.0] + [0.0] * 10)
"""Where PocketSphinx itself starts (its `cmninit`)."""


class CepstralMean:
    """Cepstral mean normalisation of one utterance by a mean of its own.

    The acoustic model was trained with the mean of each whole utterance taken off, and words are lost when the mean is
    wrong. PocketSphinx's own live estimate starts from a fixed guess and moves only after 8 s, so the mean is measured
    here on the first sound before that sound is decoded, joined with what is remembered of the same microphone, and
    followed from there.
    """

    def __init__(self, decoder: Decoder, acoustics: Acoustics) -> None:
        self._decoder = decoder
        self._acoustics = acoustics
        self._mean = START
        self._measured = 0
        self._recalled = np.zeros_like(START)
        self._recalled_frames = 0
        self._sum = np.zeros_like(START)
        self._frames = 0
        self._waiting = 0

    @staticmethod
    def prepare(decoder: Decoder) -> None:
        """Give a new decoder the second search that `measure` needs."""
        decoder.add_keyphrase(PROBE, "oh mighty computer")

    def measure(self, sound: bytes) -> None:
        """Set the mean by this first sound (16-bit samples, at least 50 ms), before the utterance is started."""
        decoder = self._decoder
        decoder.activate_search(PROBE)
        self._set(START)
        decoder.start_utt()
        decoder.process_raw(sound, no_search=True)
        self._measured = max(1, len(sound) // 2 // FRAME_SAMPLES - 2)
        mean = self._heard(self._measured) / self._measured
        decoder.end_utt()
        decoder.activate_search()
        recalled = self._acoustics.recall(mean)
        if recalled is not None:
            self._recalled, self._recalled_frames = recalled, RECALLED_FRAMES
        self._set(self._joined(mean * self._measured, self._measured))

    def follow(self, samples: int) -> None:
        """Move the mean after so many more samples were decoded."""
        self._waiting += samples
        frames = self._waiting // FRAME_SAMPLES
        if frames < UPDATE_FRAMES:
            return
        self._waiting -= frames * FRAME_SAMPLES
        self._sum += self._heard(frames)
        self._frames += frames
        # Until more is decoded than was measured, the measured mean has seen more of the utterance.
        self._set(self._joined(self._sum, self._frames) if self._frames > self._measured else self._mean)

    def remember(self) -> None:
        """Keep what was learnt for the next utterance through the same microphone."""
        if self._frames:
            self._acoustics.remember(self._sum / self._frames, self._frames)

    def _joined(self, total: NDArray[np.float64], frames: int) -> NDArray[np.float64]:
        return (total + self._recalled * self._recalled_frames) / (frames + self._recalled_frames)

    def _heard(self, frames: int) -> NDArray[np.float64]:
        """The sum of the cepstra of the frames since the mean was last set."""
        blend = np.array([float(value) for value in self._decoder.get_cmn(True).split(",")])
        return blend * (WEIGHT_FRAMES + frames) - WEIGHT_FRAMES * self._mean

    def _set(self, mean: NDArray[np.float64]) -> None:
        self._mean = mean
        self._decoder.set_cmn(",".join(f"{value:.6f}" for value in mean))
