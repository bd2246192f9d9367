"""`Arc`: a manner of speaking that changes along a clause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from voice.manner import Manner


@dataclass(frozen=True, slots=True)
class Arc:
    """Manners at shares of the clause (0 start .. 1 end, rising); straight lines between them, constant outside.

    Raises `ValueError` for no points, or places that do not rise from 0 to 1.
    """

    points: tuple[tuple[float, Manner], ...] = ((0.0, Manner()),)

    def __post_init__(self) -> None:
        places = [place for place, _ in self.points]
        if not places or places != sorted(places) or places[0] < 0 or places[-1] > 1:
            raise ValueError(f"the places of an arc must rise from 0 to 1, got {places}")

    @classmethod
    def steady(cls, manner: Manner) -> Self:
        """The same from start to end."""
        return cls(((0.0, manner),))

    @classmethod
    def between(cls, start: Manner, end: Manner) -> Self:
        """From one manner to another."""
        return cls(((0.0, start), (1.0, end)))

    def numbers(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """n x 10 (`PARTS`) at n places in 0..1."""
        known = np.array([place for place, _ in self.points])
        values = np.array([manner.numbers for _, manner in self.points])
        return np.stack([np.interp(places, known, column) for column in values.T], axis=1)

    def less(self, done: Manner) -> Arc:
        """What is left of it once an engine has done a part by itself."""
        return Arc(tuple((place, manner - done) for place, manner in self.points))
