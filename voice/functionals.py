"""A stretch of speech as one row of numbers: the statistics of its frames."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice.mel import BANDS, cosines
from voice.phonation import FRAME_SEC, Phonation

Array = NDArray[np.float32]
QUIET_DB = 30.0
"""Frames so far below a stretch's loudest are pauses."""
COEFFICIENTS = 13
GROUPS = 8
"""Wider bands (of `BANDS` / `GROUPS` each) whose slow changes are looked at."""
SHORTEST_VOICED = 10
"""Voiced frames below which a stretch has no measurable voice (0.1 s)."""
RHYTHM_HZ = (1.0, 2.5, 5.0, 10.0, 20.0)
"""Edges of the modulation bands: phrases, stressed syllables, syllables, sounds."""
SEMITONE_HZ = 27.5
"""Pitch is counted in semitones above this, as in eGeMAPS."""
_COSINES = cosines(COEFFICIENTS)


def active(frames: Phonation) -> NDArray[np.bool_]:
    """Which frames are speech, not pause: within `QUIET_DB` of the loudest twentieth."""
    return np.asarray(frames.level_db > np.percentile(frames.level_db, 95) - QUIET_DB)


def measurable(frames: Phonation) -> bool:
    """Whether there is voice enough to describe."""
    return len(frames) > 0 and int(np.count_nonzero(frames.voiced & active(frames))) >= SHORTEST_VOICED


def functionals(frames: Phonation) -> Array:
    """One row of statistics of a stretch that is `measurable`.

    Level and shape of the spectrum, cepstral movement, contours of pitch, level, tilt, harmonicity and brightness,
    rhythm, and the modulation spectrum of eight bands. In the manner of eGeMAPS and ComParE (Eyben et al., IEEE Trans.
    Affective Computing, 2016; Schuller et al., Interspeech 2013), without their closed formant and glottal measures.
    """
    speech = active(frames)
    first, last = np.flatnonzero(speech)[[0, -1]]
    frames, speech = frames.part(first, last + 1), speech[first : last + 1]
    voiced = frames.voiced & speech
    mel = frames.mel_db
    shape = mel - mel.mean(axis=1, keepdims=True)
    change = np.abs(_change(mel))
    cepstrum = shape @ _COSINES
    pitch = 12 * np.log2(np.maximum(frames.pitch_hz, 1.0) / SEMITONE_HZ)
    brightness = (10 ** (mel / 20)) @ np.arange(BANDS) / (10 ** (mel / 20)).sum(axis=1)
    parts = [
        shape[speech].mean(axis=0),
        shape[voiced].mean(axis=0),
        mel[speech].std(axis=0),
        change[speech].mean(axis=0),
        cepstrum[speech].std(axis=0),
        np.abs(_change(cepstrum))[speech].mean(axis=0),
        _contour(pitch, voiced),
        _contour(frames.level_db, speech),
        _contour(frames.tilt_db, voiced),
        _contour(frames.harmonicity, voiced),
        _contour(brightness, speech),
        _melody(pitch, voiced),
        _rhythm(frames.level_db, voiced, speech),
        _modulation(mel),
        _thirds(shape, speech),
    ]
    return np.asarray(np.concatenate(parts), dtype=np.float32)


def _change(rows: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """Change over 20 ms, centred, as many rows as given."""
    padded = np.concatenate((rows[:1], rows, rows[-1:]))
    return np.asarray(padded[2:] - padded[:-2])


def _contour(values: NDArray[np.floating[Any]], where: NDArray[np.bool_]) -> NDArray[np.floating[Any]]:
    """Mean, deviation, 10th, 50th and 90th percentile, slope a second, mean change, last third minus first."""
    time = np.flatnonzero(where) * FRAME_SEC
    chosen = values[where]
    ordered = np.sort(chosen)
    places = [round(share * (len(ordered) - 1)) for share in (0.1, 0.5, 0.9)]
    centred = time - time.mean()
    slope = centred @ (chosen - chosen.mean()) / (centred @ centred + FRAME_SEC)
    steps = np.abs(np.diff(chosen))[np.diff(time) < 1.5 * FRAME_SEC]
    third = max(1, len(chosen) // 3)
    return np.array(
        [
            chosen.mean(),
            chosen.std(),
            *ordered[places],
            slope,
            steps.mean() if len(steps) else 0.0,
            chosen[-third:].mean() - chosen[:third].mean(),
        ]
    )


def _melody(pitch: NDArray[np.floating[Any]], voiced: NDArray[np.bool_]) -> NDArray[np.floating[Any]]:
    """Share of rising steps, mean rise, mean fall, deviation of steps, and how crooked the line is."""
    joined = voiced[1:] & voiced[:-1]
    steps = np.diff(pitch)[joined]
    steps = steps[np.abs(steps) < 4]  # leaps of an octave within 10 ms are the tracker's, not the voice's
    if len(steps) < 2:
        return np.zeros(5)
    rising = steps > 0
    rise = steps[rising].sum() / len(steps)
    fall = -steps[~rising].sum() / len(steps)
    return np.array([rising.mean(), rise, fall, steps.std(), np.abs(np.diff(steps)).mean()])


def _rhythm(
    level: NDArray[np.floating[Any]], voiced: NDArray[np.bool_], speech: NDArray[np.bool_]
) -> NDArray[np.floating[Any]]:
    """Voiced and pause shares, lengths of voiced and unvoiced runs, their rate, syllables a second, loudness swings."""
    seconds = len(level) * FRAME_SEC
    sung, unsung = _runs(voiced), _runs(~voiced)
    smooth = np.convolve(level, np.hanning(9)[1:-1] / np.hanning(9).sum(), "same")
    peaks = (smooth[1:-1] > smooth[:-2]) & (smooth[1:-1] >= smooth[2:]) & voiced[1:-1]
    swings = np.abs(np.diff(smooth))
    return np.array(
        [
            voiced.mean(),
            1 - speech.mean(),
            np.log(sung.mean()),
            sung.std(),
            np.log(sung.max()),
            np.log(unsung.mean()) if len(unsung) else 0.0,
            np.log(unsung.max()) if len(unsung) else 0.0,
            len(sung) / seconds,
            np.count_nonzero(peaks) / seconds,
            np.log(seconds),
            swings.mean(),
        ]
    )


def _runs(flags: NDArray[np.bool_]) -> NDArray[np.floating[Any]]:
    """Lengths of the runs of true, in seconds."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return np.asarray((edges[1::2] - edges[::2]) * FRAME_SEC)


def _modulation(mel: Array) -> NDArray[np.floating[Any]]:
    """How much each of `GROUPS` wide bands swings in each band of `RHYTHM_HZ`, in dB."""
    wide = mel.reshape(len(mel), GROUPS, -1).mean(axis=2)
    window = np.hanning(len(wide))[:, None]
    size = max(128, len(wide))  # 1.3 s at least, so that the slowest band holds a bin
    power = np.abs(np.fft.rfft((wide - wide.mean(axis=0)) * window, size, axis=0)) ** 2 / max(1.0, float(window.sum()))
    hertz = np.fft.rfftfreq(size, FRAME_SEC)
    bands = [power[(hertz >= low) & (hertz < high)].mean(axis=0) for low, high in pairwise(RHYTHM_HZ)]
    return np.asarray(10 * np.log10(np.concatenate(bands) + 1e-3))


def _thirds(shape: Array, speech: NDArray[np.bool_]) -> NDArray[np.floating[Any]]:
    """How the spectrum of wide bands moves: last third minus first, middle minus both ends."""
    wide = shape.reshape(len(shape), GROUPS, -1).mean(axis=2)[speech]
    third = max(1, len(wide) // 3)
    start, end = wide[:third].mean(axis=0), wide[-third:].mean(axis=0)
    middle = wide[len(wide) // 2 - third // 2 : len(wide) // 2 + third // 2 + 1].mean(axis=0)
    return np.concatenate((end - start, middle - (start + end) / 2))
