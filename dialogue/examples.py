"""`Examples`: marked sentences that a message may resemble, for danger that no rule was written for."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

BUCKETS = 1 << 17
RUNS = (3, 4, 5)
"""Lengths of runs of letters inside a word, its edges counted."""
WORDS = (1, 2)
KINDS = ("unclear", "self-harm", "violence", "abuse", "medical", "eating", "psychosis", "substance")
LANGUAGES = ("en", "es")
LEAST = (0.38, 0.5)
"""Cosine from which a message resembles a crisis, in English and in Spanish, whose words the everyday talk at hand
does not know to be common."""
AHEAD = 0.1
"""By how much it must resemble it more than any harmless sentence, of which many were written as twins."""
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Resemblance:
    """The crisis that words resemble most: how much (0..1), kind of `KINDS`, language, whether another's."""

    likeness: float
    kind: str
    language: str
    other: bool


class Examples:
    """Nearest neighbours among marked sentences by the runs of words and letters they share, weighted by rarity.

    The cosine of tf-idf vectors (Salton and Buckley, 1988), the mean over words and over letters, each for itself.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """`arrays` as `dialogue.exampletraining` makes them.

        `idf` (`BUCKETS`); the sentences' entries in the order of their buckets as `starts` (`BUCKETS` + 1), `rows` and
        `values`; and of each sentence `crisis`, `kind`, `language`, `other`.
        """
        self._idf = arrays["idf"].astype(np.float32)
        self._starts = arrays["starts"].astype(np.int64)
        self._rows = arrays["rows"].astype(np.int64)
        self._values = arrays["values"].astype(np.float32)
        self._crisis = arrays["crisis"].astype(bool)
        self._kind, self._language, self._other = arrays["kind"], arrays["language"], arrays["other"]

    def resembled(self, said: str) -> Resemblance | None:
        """The crisis that the words (as `dialogue.unmasking` reads them) resemble; None where they resemble none."""
        scores = self.likeness(said)
        best = int(np.argmax(np.where(self._crisis, scores, -1)))
        rest = float(scores[~self._crisis].max())
        if scores[best] < LEAST[int(self._language[best])] or scores[best] - rest <= AHEAD:
            return None
        return Resemblance(
            float(scores[best]),
            KINDS[int(self._kind[best])],
            LANGUAGES[int(self._language[best])],
            bool(self._other[best]),
        )

    def likeness(self, said: str) -> Floats:
        """How much the words resemble each sentence (n,), 0..1."""
        scores = np.zeros(len(self._crisis), np.float32)
        for buckets, counts in families(said):
            values = weighed(counts, self._idf[buckets])
            for bucket, value in zip(buckets.tolist(), values.tolist(), strict=True):
                first, last = self._starts[bucket], self._starts[bucket + 1]
                if last > first:
                    scores[self._rows[first:last]] += 0.5 * value * self._values[first:last]
        return scores


def families(said: str) -> Iterator[tuple[NDArray[np.int64], Floats]]:
    """The buckets of the runs of words, then of letters, each with how often it occurs."""
    spoken = said.split()
    for grams in (_word_runs(spoken), _letter_runs(spoken)):
        counts = Counter(zlib.crc32(gram.encode()) % BUCKETS for gram in grams)
        yield np.array(list(counts), np.int64), np.array(list(counts.values()), np.float32)


def weighed(counts: Floats, idf: Floats) -> Floats:
    """Sublinear counts times rarity, to length 1."""
    values = (1 + np.log(counts)) * idf if len(counts) else counts
    length = float(np.linalg.norm(values)) or 1.0
    result: Floats = values / length
    return result


def _word_runs(spoken: list[str]) -> Iterator[str]:
    for size in WORDS:
        for i in range(len(spoken) - size + 1):
            yield f"{size} {' '.join(spoken[i : i + size])}"


def _letter_runs(spoken: list[str]) -> Iterator[str]:
    for word in spoken:
        edged = f"<{word}>"
        for size in RUNS:
            for i in range(len(edged) - size + 1):
                yield edged[i : i + size]


@cache
def examples() -> Examples:
    """Those that ship, loaded once. Raises `WeightsError`."""
    from weights.store import load

    return Examples(load("danger").arrays)
