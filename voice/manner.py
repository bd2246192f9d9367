"""`Manner`: how something is said, as ten numbers in which differences, blends and opposites are arithmetic."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Manner:
    """Either absolute, as measured, or (the usual case) against the same voice speaking neutrally, where 0 is neutral.

    - `pitch`: semitones (absolute: the median above 1 Hz); `range`: log2 of the semitones between its 10th and 90th
      percentile; `fall`: semitones by which a line through the pitch sinks from start to end.
    - `rate`: log2 of letters a second of speech without its rests; `rest`: share of rests between first and last sound.
    - `level`: dB of the loud voiced parts; `tilt`: dB of 1-5 kHz over 50-1000 Hz, more with vocal effort.
    - `breath`: dB of noise over harmonics; `jitter`: log2 of the mean relative change of neighbouring periods.
    - `tract`: log2 of the geometric mean of the first three formants: more for a shorter vocal tract, as in a smile.
    """

    pitch: float = 0.0
    range: float = 0.0
    rate: float = 0.0
    level: float = 0.0
    tilt: float = 0.0
    breath: float = 0.0
    jitter: float = 0.0
    fall: float = 0.0
    rest: float = 0.0
    tract: float = 0.0

    @classmethod
    def of(cls, numbers: NDArray[np.float64] | NDArray[np.float32]) -> Self:
        """The manner of an array (10,) in the order of `PARTS`."""
        return cls(*(float(number) for number in numbers))

    @property
    def numbers(self) -> NDArray[np.float64]:
        """The ten numbers (10,) in the order of `PARTS`."""
        return np.array(astuple(self))

    def __add__(self, other: Manner) -> Manner:
        return Manner.of(self.numbers + other.numbers)

    def __sub__(self, other: Manner) -> Manner:
        return Manner.of(self.numbers - other.numbers)

    def __mul__(self, strength: float) -> Manner:
        """The same at another strength; a negative one is its opposite."""
        return Manner.of(self.numbers * strength)

    def blend(self, other: Manner, weight: float) -> Manner:
        """From this one (weight 0) to the other (weight 1)."""
        return self * (1 - weight) + other * weight


PARTS = tuple(field.name for field in fields(Manner))
