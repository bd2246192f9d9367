"""`grams`: the hashed features of the linear reader: words, their neighbours, their letters, and our lexicon's cues."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from dialogue.feeling import Cue
from dialogue.tokens import NEGATORS

BUCKETS = 1 << 20
REACH = 3
"""Words after a negator that are marked as negated (Das and Chen, "Yahoo! for Amazon", 2001)."""
SIZES = (2, 3, 4, 5)
"""Lengths of runs of letters inside a word, its edges counted: they carry endings and misspellings."""
STOPS = frozenset({".", "..", "...", "!", "!!", "?", "??", "?!", ",", ";", ":"})


class Gram(NamedTuple):
    """A feature's bucket, and the tokens (first, one past the last) that it was made of; 0, 0 for the whole text."""

    bucket: int
    first: int
    last: int


def grams(said: Sequence[str], cues: Sequence[Cue]) -> Iterator[Gram]:
    """The features of a text given as tokens, and of the lexicon's cues in it; some may come twice."""
    for i, word in enumerate(said):
        yield Gram(bucket("1" + word), i, i + 1)
        for size in (2, 3):
            if i + size <= len(said):
                yield Gram(bucket(f"{size}{' '.join(said[i : i + size])}"), i, i + size)
        if word[0].isalnum():
            for place in letters(word):
                yield Gram(place, i, i + 1)
    for i in negated(said):
        yield Gram(bucket("n" + said[i]), i, i + 1)
    for cue in cues:
        kind = cue.shade or str(sorted(cue.feels.items()))
        yield Gram(bucket(f"L{'-' if cue.negated else ''}{kind}"), 0, 0)
    if said:
        yield Gram(bucket("F" + said[0]), 0, 1)
        yield Gram(bucket("E" + said[-1]), len(said) - 1, len(said))
    yield Gram(bucket(f"#{min(8, len(said) // 3)}"), 0, 0)


def negated(said: Sequence[str]) -> Iterator[int]:
    """The places of the words in reach of a negator, no further than the next mark."""
    left = 0
    for i, word in enumerate(said):
        if word in STOPS:
            left = 0
        elif left > 0:
            yield i
            left -= 1
        if word in NEGATORS:
            left = REACH


def bucket(feature: str) -> int:
    """The bucket of a feature in 0..`BUCKETS`."""
    return zlib.crc32(feature.encode(errors="replace")) % BUCKETS


@lru_cache(maxsize=20_000)
def letters(word: str) -> tuple[int, ...]:
    """The buckets of a word's runs of letters; single words are remembered, never texts."""
    edged = f"<{word}>"
    return tuple(bucket("c" + edged[i : i + size]) for size in SIZES for i in range(len(edged) - size + 1))
