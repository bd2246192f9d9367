"""`reshaped`: the prosody stage, which gives any engine's sound another manner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.types import Samples, Span
from voice.arc import Arc
from voice.biquads import shelf
from voice.manner import PARTS
from voice.measuring import SHORTEST_SEC

Signal = NDArray[np.float64]
STEP_SEC = 0.005
PITCH_SEC = 0.01
LOWEST_HZ, HIGHEST_HZ = 60.0, 600.0
LEAST = {"pitch": 0.1, "range": 0.05, "rate": 0.02, "fall": 0.1, "jitter": 0.05, "tract": 0.01}
"""What is smaller than this everywhere is not worth cutting the sound into periods."""
TRACT_SHARE = 0.3
"""Part of a shift of the resonances that is made: with all of it a third more words were misheard."""
TILT_HZ = 1200.0
SHARPER, SOFTER = 1.3, 1.1
"""dB of shelf for a dB of more or less tilt, as measured."""
TILT_LIMIT_DB = 12.0
BREATH_HZ = 1500.0
"""Aspiration noise lies above this (Klatt and Klatt, JASA 87, 1990)."""
BREATH_FLOOR_DB, BREATH_GAIN = -30.0, 1.0
"""Noise under the voice, dB, for a breath of 0, and what each dB of breath adds to it: less than what was measured in
people, since noise on top of a synthetic voice costs words."""
JITTER_SEMITONES = 0.12
"""Wobble of the pitch for a doubled jitter."""
STRESS_SEMITONES, STRESS_SLOWER, STRESS_DB = 2.5, 0.2, 2.0
"""What a full stress adds to pitch, log2 of length and level: nuclear accents in read speech lie there."""
Columns = dict[str, int]
_AT: Columns = {name: place for place, name in enumerate(PARTS)}


@dataclass(frozen=True, slots=True)
class Shaping:
    """What to make of a piece of speech.

    `arc` is the manner against the sound as it is; `stresses` are words (start and end in seconds of the sound as it
    is) with a strength of 0..1; `factor` stretches the time once more, for a length that was asked for; `seed` makes
    noise and wobble repeatable.
    """

    arc: Arc = field(default_factory=Arc)
    stresses: Sequence[tuple[float, float, float]] = ()
    factor: float = 1.0
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Shaped:
    """The new sound at the old rate, and at which second of it what stood at the grid's seconds stands now."""

    samples: Samples
    old: Signal
    new: Signal

    def moved(self, spans: Sequence[Span]) -> tuple[Span, ...]:
        """Phones or words at their new times."""
        return tuple(Span(s.text, *np.interp((s.start, s.end), self.old, self.new).tolist()) for s in spans)


def reshaped(samples: Samples, rate: int, shaping: Shaping) -> Shaped:
    """n samples at `rate` Hz said in another manner.

    Pitch and time by PSOLA (Moulines and Charpentier, Speech Communication 9, 1990), as in Praat: it was measured
    against WORLD (docs/voices.md). Vocal effort is a shelf, breath is noise that follows the loudness, resonances are
    moved by playing faster and taking back pitch and time. `rest` and `level` beyond stresses are the engine's.
    """
    seconds = len(samples) / rate
    grid = np.arange(0.0, seconds + STEP_SEC, STEP_SEC)
    numbers = shaping.arc.numbers(np.clip(grid / max(seconds, STEP_SEC), 0, 1))
    random = np.random.default_rng(shaping.seed)
    sound, lengths = samples.astype(np.float64), np.full(len(grid), shaping.factor)
    if seconds > SHORTEST_SEC and _worth(numbers, shaping):
        lengths = shaping.factor * 2 ** (STRESS_SLOWER * _stress(grid, shaping) - numbers[:, _AT["rate"]])
        sound = _cut(sound, rate, grid, _Tiers(numbers, lengths, _stress(grid, shaping), random))
    new = np.concatenate([[0.0], np.cumsum((lengths[1:] + lengths[:-1]) / 2 * STEP_SEC)])
    sound = _coloured(sound, rate, numbers, random)
    if shaping.stresses:
        loud = np.interp(np.arange(len(sound)) / rate, new, _stress(grid, shaping))
        sound = sound * 10 ** (STRESS_DB * loud / 20)
    return Shaped(sound.astype(np.float32), grid, new)


@dataclass(frozen=True, slots=True, eq=False)
class _Tiers:
    numbers: Signal
    lengths: Signal
    stress: Signal
    random: np.random.Generator


def _worth(numbers: Signal, shaping: Shaping) -> bool:
    small = all(np.abs(numbers[:, _AT[name]]).max() < least for name, least in LEAST.items())
    return not small or bool(shaping.stresses) or abs(shaping.factor - 1) > 1e-3


def _stress(grid: Signal, shaping: Shaping) -> Signal:
    """0..1 at each step: a hump over each stressed word."""
    found = np.zeros(len(grid))
    for start, end, strength in shaping.stresses:
        inside = (grid >= start) & (grid <= end)
        found[inside] = np.maximum(
            found[inside], strength * np.sin(np.pi * (grid[inside] - start) / max(1e-6, end - start))
        )
    return found


def _cut(sound: Signal, rate: int, grid: Signal, tiers: _Tiers) -> Signal:
    """The sound cut into periods and laid down again at other times and pitches; resonances moved on the way."""
    import parselmouth
    from parselmouth.praat import call
    from scipy.signal import resample_poly

    wanted = 2 ** float(TRACT_SHARE * tiers.numbers[:, _AT["tract"]].mean())
    played = 50 * round(rate * wanted / 50)  # a whole number of 50 Hz keeps the resampling filter short
    divisor = int(np.gcd(played, rate))
    if played != rate:
        sound = resample_poly(sound, rate // divisor, played // divisor)
    faster = played / rate
    recording = parselmouth.Sound(sound, rate)
    manipulation = call(recording, "To Manipulation", PITCH_SEC, LOWEST_HZ, HIGHEST_HZ)
    pitch = recording.to_pitch_ac(PITCH_SEC, LOWEST_HZ, pitch_ceiling=HIGHEST_HZ)
    _repitch(manipulation, pitch, tiers, grid / faster, 12 * np.log2(faster))
    tier = call(manipulation, "Extract duration tier")
    # Each call of Praat costs as much as a frame of analysis, so no more points are set than there is change.
    every = 4 if np.ptp(tiers.lengths) > 1e-6 else len(grid)
    for time, length in zip(grid[::every] / faster, tiers.lengths[::every] * faster, strict=True):
        call(tier, "Add point", float(time), float(length))
    call([tier, manipulation], "Replace duration tier")
    laid: Signal = call(manipulation, "Get resynthesis (overlap-add)").values[0]
    # Praat goes on to the next whole period; the times of phones say how long it should be.
    length = round(float(np.sum((tiers.lengths[1:] + tiers.lengths[:-1]) / 2 * np.diff(grid))) * rate)
    return np.pad(laid, (0, max(0, length - len(laid))))[:length]


def _repitch(manipulation: Any, pitch: Any, tiers: _Tiers, grid: Signal, raised: float) -> None:  # noqa: ANN401 - Praat's
    from parselmouth.praat import call

    hertz_now = pitch.selected_array["frequency"]
    voiced = hertz_now > 0
    count = int(np.count_nonzero(voiced))
    if not count:
        return
    times, semitones = pitch.xs()[voiced], 12 * np.log2(hertz_now[voiced])
    middle = float(np.median(semitones))
    at = {name: np.interp(times, grid, tiers.numbers[:, place]) for name, place in _AT.items()}
    share = (times - times[0]) / max(STEP_SEC, times[-1] - times[0])
    wobble = tiers.random.normal(0, JITTER_SEMITONES, count) * np.maximum(0, 2 ** at["jitter"] - 1)
    moved = middle + (semitones - middle) * 2 ** at["range"] + at["pitch"] - raised
    moved += STRESS_SEMITONES * np.interp(times, grid, tiers.stress) - at["fall"] * (share - 0.5) + wobble
    tier = call(manipulation, "Extract pitch tier")
    call(tier, "Remove points between", 0.0, pitch.duration)
    for time, hertz in zip(times, np.clip(2 ** (moved / 12), LOWEST_HZ, HIGHEST_HZ), strict=True):
        call(tier, "Add point", float(time), float(hertz))
    call([tier, manipulation], "Replace pitch tier")


def _coloured(sound: Signal, rate: int, numbers: Signal, random: np.random.Generator) -> Signal:
    """With more or less effort and breath."""
    from scipy.signal import butter, sosfilt

    width = round(0.01 * rate)
    if len(sound) < width:
        return sound
    tilt, breath = float(numbers[:, _AT["tilt"]].mean()), float(numbers[:, _AT["breath"]].mean())
    if abs(tilt) > 0.1:
        gain = float(np.clip((SHARPER if tilt > 0 else SOFTER) * tilt, -TILT_LIMIT_DB, TILT_LIMIT_DB))
        sound = sosfilt(shelf(TILT_HZ, gain, rate), sound)
    if breath > 0.1:
        envelope = np.sqrt(np.convolve(sound**2, np.ones(width) / width, "same"))
        noise = sosfilt(butter(1, BREATH_HZ, "highpass", fs=rate, output="sos"), random.normal(0, 1, len(sound)))
        sound = sound + envelope * noise * 10 ** ((BREATH_FLOOR_DB + BREATH_GAIN * breath) / 20)
    return sound
