"""`Alarm`: a trained judge of danger in words, for what no rule was written for."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.types import Risk
from dialogue.compression import unpack

LEVELS = (Risk.NONE, Risk.WATCH, Risk.CONCERN, Risk.CRISIS)
KINDS = ("self-harm", "violence", "abuse", "medical", "eating", "psychosis", "substance")
BUCKETS = 1 << 18
RUNS = (2, 3, 4, 5)
"""Lengths of runs of letters inside a word, its edges counted: they see through misspelling."""
SURE, CONFIRMED = 0.55, 0.15
"""Probability of a crisis from which it is one, without and with a rule that says so."""
ALONE, AGREED = 0.75, 0.5
"""The same for concern and watch. Most of what people say to a companion is short and harmless, and what was marked
for this is neither; so the alarm alone must be surer than its own probabilities ask."""
Floats = NDArray[np.float32]


class Alarm:
    """Logistic regressions on hashed runs of words and letters, English and Spanish in one.

    One tells the four levels, one the kind of danger; a third joins the first with what the rules found, taught by
    sentences that neither had seen. The plainest of text classifiers, and on short messages hard to beat with a few
    thousand examples (Wang and Manning, "Baselines and bigrams", ACL 2012).
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """`arrays` as `dialogue.alarmtraining` makes them."""
        self._places = np.full(BUCKETS, -1, np.int32)
        self._places[arrays["buckets"]] = np.arange(len(arrays["buckets"]))
        self._idf = arrays["idf"].astype(np.float32)
        self._weights = unpack(arrays, "weights")  # grams x (levels + kinds)
        self._bias = arrays["bias"].astype(np.float32)
        self._joint, self._joint_bias = arrays["joint"], arrays["joint.bias"]  # 9 x levels

    def logits(self, said: str) -> Floats:
        """Levels, then kinds (11,), for words as `dialogue.unmasking` leaves them."""
        total = self._bias.copy()
        for buckets, counts in families(said):
            places = self._places[buckets]
            known = places >= 0
            places = places[known]
            values = weighed(counts[known], self._idf[places])
            total += values @ self._weights[places]
        return total

    def judge(self, said: str, ruled: Risk, *, excused: bool = False) -> tuple[Risk, str]:
        """The level to go by, and the likeliest kind of danger should there be any.

        `ruled` is what the rules found, `excused` whether they know an excuse. The level is the gravest such that it or
        a graver one is likely enough; a rule that found something is believed.
        """
        logits = self.logits(said)
        scores = joined(logits[: len(LEVELS)], ruled, excused=excused) @ self._joint + self._joint_bias
        powers = np.exp(scores - scores.max())
        return _level(powers / powers.sum(), ruled), KINDS[int(np.argmax(logits[len(LEVELS) :]))]


def _level(chances: Floats, ruled: Risk) -> Risk:
    if chances[-1] >= (CONFIRMED if ruled is Risk.CRISIS else SURE):
        return Risk.CRISIS
    graver = np.cumsum(chances[::-1])[::-1]
    least = AGREED if ruled is not Risk.NONE else ALONE
    return LEVELS[min(2, int(np.flatnonzero(graver >= least)[-1]))]


def joined(logits: Floats, ruled: Risk, *, excused: bool) -> Floats:
    """The features (9,) of the joint judgement: levels against their mean, what rules found, whether it is excused."""
    told = np.eye(len(LEVELS), dtype=np.float32)[LEVELS.index(ruled)]
    features: Floats = np.concatenate([logits - logits.mean(), told, [np.float32(excused)]]).astype(np.float32)
    return features


def families(said: str) -> Iterator[tuple[NDArray[np.int64], Floats]]:
    """The buckets of the runs of words, then of letters, each with how often it occurs."""
    words = said.split()
    for grams in (_word_runs(words), _letter_runs(words)):
        counts = Counter(zlib.crc32(gram.encode()) % BUCKETS for gram in grams)
        yield np.array(list(counts), np.int64), np.array(list(counts.values()), np.float32)


def weighed(counts: Floats, idf: Floats) -> Floats:
    """Sublinear counts times rarity, to length 1 (Salton and Buckley, 1988)."""
    values = (1 + np.log(counts)) * idf if len(counts) else counts
    length = float(np.linalg.norm(values)) or 1.0
    result: Floats = values / length
    return result


def _word_runs(words: list[str]) -> Iterator[str]:
    for size in (1, 2, 3):
        for i in range(len(words) - size + 1):
            yield f"{size} {' '.join(words[i : i + size])}"


def _letter_runs(words: list[str]) -> Iterator[str]:
    for word in words:
        edged = f"<{word}>"
        for size in RUNS:
            for i in range(len(edged) - size + 1):
                yield edged[i : i + size]


@cache
def alarm() -> Alarm:
    """The alarm that ships, loaded once. Raises `WeightsError`."""
    from weights.store import load

    return Alarm(load("alarm").arrays)
