"""`Linear`: tf-idf over hashed grams and one weight for each gram and output, in numpy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogue.compression import unpack
from dialogue.ngrams import BUCKETS, Gram

OUTPUTS = 42
"""28 labels and 7 groups of GoEmotions, then 7 feelings of MELD."""
POSTS = slice(0, 35)
MELD = slice(35, 42)
Floats = NDArray[np.float32]


class Linear:
    """One-vs-rest logistic regression; its contributions can be told word by word."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """`arrays` as `dialogue.fitting` makes them (`linear.*`)."""
        self._weights = unpack(arrays, "linear.weights")  # kept grams x OUTPUTS
        self._bias: Floats = arrays["linear.bias"]
        self._idf = arrays["linear.idf"]
        self._rows = np.full(BUCKETS, -1, np.int32)
        self._rows[arrays["linear.buckets"]] = np.arange(len(self._idf), dtype=np.int32)

    def logits(self, found: Sequence[Gram]) -> Floats:
        """The outputs (`OUTPUTS`,)."""
        rows = self._known(found)
        worth: Floats = self._values(rows) @ self._weights[rows]
        return worth + self._bias

    def contributions(self, found: Sequence[Gram], direction: Floats, length: int) -> Floats:
        """How much each of `length` tokens speaks for a direction (`OUTPUTS`,) of the outputs."""
        rows = self._known(found)
        worth = dict(zip(rows.tolist(), (self._values(rows) * (self._weights[rows] @ direction)).tolist(), strict=True))
        holders: dict[int, list[Gram]] = defaultdict(list)
        for gram in found:
            if gram.last and self._rows[gram.bucket] >= 0:
                holders[int(self._rows[gram.bucket])].append(gram)
        told = [0.0] * length
        for row, grams in holders.items():
            for gram in grams:
                # A feature counts once in the sum, so its worth is shared among the places it was found at.
                part = worth[row] / (len(grams) * (gram.last - gram.first))
                for place in range(gram.first, gram.last):
                    told[place] += part
        return np.array(told, np.float32)

    def _known(self, found: Sequence[Gram]) -> NDArray[np.int64]:
        rows = np.unique(self._rows[[gram.bucket for gram in found]]) if found else np.zeros(0, np.int64)
        return rows[rows >= 0].astype(np.int64)

    def _values(self, rows: NDArray[np.int64]) -> Floats:
        idf = self._idf[rows]
        length = float(np.sqrt(np.sum(idf * idf)))
        return idf / length if length > 0 else idf
