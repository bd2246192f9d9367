"""`Vocabulary`: tokens to rows of the network's embeddings, whole words and their letters."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

PADDING, UNKNOWN, FIRST = 0, 1, 2
PIECES = 12_288
"""Buckets of the letter runs; the first stands for padding."""
LENGTHS = (3, 4, 5)
MOST_PIECES = 16
"""Runs of letters a word counts at most."""


class Vocabulary:
    """Words by their CRC-32, so that the file holds no text of its training data; a clash is rarer than a typing slip.

    Sub-words as in Bojanowski et al., "Enriching Word Vectors with Subword Information" (TACL 2017).
    """

    def __init__(self, hashes: NDArray[np.int64]) -> None:
        """`hashes`: one for each known word, in the order of the embedding's rows from `FIRST`."""
        self.hashes = hashes
        self._rows = {int(value): row for row, value in enumerate(hashes, start=FIRST)}

    @classmethod
    def of(cls, texts: Iterable[Sequence[str]], least: int) -> Vocabulary:
        """The tokens that stand at least `least` times in the texts, the commonest first."""
        counts = Counter(token for said in texts for token in said)
        kept = sorted((-count, token) for token, count in counts.items() if count >= least)
        return cls(np.array(list(dict.fromkeys(_hash(token) for _, token in kept)), np.int64))

    def __len__(self) -> int:
        """Rows of the embedding."""
        return len(self.hashes) + FIRST

    def row(self, token: str) -> int:
        """The embedding's row of a token; `UNKNOWN` for one that was not seen in training."""
        return self._rows.get(_hash(token), UNKNOWN)


@lru_cache(maxsize=20_000)
def pieces(token: str) -> tuple[int, ...]:
    """Rows of the letter runs of a word, at most `MOST_PIECES`; none for a mark. Words are remembered, never texts."""
    if not token[0].isalnum():
        return ()
    edged = f"<{token}>"
    runs = (edged[i : i + size] for size in LENGTHS for i in range(len(edged) - size + 1))
    return tuple(1 + _hash(run) % (PIECES - 1) for run in runs)[:MOST_PIECES]


def _hash(token: str) -> int:
    return zlib.crc32(token.encode(errors="replace"))
