"""`Causes`: which utterance a feeling comes from, and which of its words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogue.fitting import squash
from dialogue.goemotions import GROUPS, LABELS
from dialogue.judgement import Judgement
from dialogue.text import tidy, words
from dialogue.tokens import LONGEST_TEXT

BACK = 8
"""Messages back that are looked at; further lie 3 in 100 causes of RECCON."""
MOST = 24
"""Clauses of an utterance that are looked at."""
MARKERS = frozenset("because since cause due as that why when after if so about for".split())
_EDGE = re.compile(
    r"(?<=[.!?;])\s+|(?<=,)\s+|\s+(?=(?:because|since|but|so|and|although|though|when|that|if|after|until|while)\b)",
    re.IGNORECASE,
)
_STOP = frozenset(
    "the a an and or but to of in on at is are was were be been am do did does have has had i you he she it we they my "
    "your his her our their me him them this that these those with for as so not no yes oh well just".split()
)
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An utterance that may hold the cause: how many messages back it stands, whether the person said it themselves."""

    text: str
    back: int
    own: bool
    judged: Judgement
    said: tuple[str, ...]

    @classmethod
    def of(cls, text: str, back: int, own: bool, judged: Judgement) -> Candidate:
        """A candidate with its words."""
        return cls(text, back, own, judged, words(text))


@dataclass(frozen=True, slots=True)
class Cause:
    """What one candidate is worth: the probability that it holds a cause, and the words that would be it."""

    back: int
    probability: float
    span: str


class Causes:
    """Two logistic regressions: one over utterances, one over clauses.

    The task is that of Poria et al., "Recognizing Emotion Cause in Conversations" (Cognitive Computation, 2021).
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._arrays = {name: array for name, array in arrays.items() if name.startswith("cause.")}
        self.threshold = float(self._arrays["cause.threshold"][0])

    def find(self, candidates: Sequence[Candidate]) -> tuple[Cause, ...]:
        """One for each candidate; the first is the utterance of the feeling itself (back 0), then backwards."""
        return tuple(
            Cause(each.back, float(p), self.span(candidates, i))
            for i, (each, p) in enumerate(zip(candidates, self._likely(candidates), strict=True))
        )

    def likeliest(self, candidates: Sequence[Candidate]) -> Cause:
        """The candidate of the highest probability."""
        probabilities = self._likely(candidates)
        at = int(probabilities.argmax())
        return Cause(candidates[at].back, float(probabilities[at]), self.span(candidates, at))

    def _likely(self, candidates: Sequence[Candidate]) -> Floats:
        features = np.stack([about_utterance(candidates, i) for i in range(len(candidates))])
        return self._probabilities("utterance", features)

    def span(self, candidates: Sequence[Candidate], at: int) -> str:
        """The words of one candidate that most likely name the cause."""
        parts = clauses(candidates[at].text)
        if not parts:
            return ""
        features = np.stack([about_clause(candidates, at, i, parts) for i in range(len(parts))])
        first, last = best_run(self._probabilities("clause", features), [len(words(part)) or 1 for part in parts])
        return " ".join(parts[first:last])

    def _probabilities(self, name: str, features: Floats) -> Floats:
        weights, bias = self._arrays[f"cause.{name}.weights"], self._arrays[f"cause.{name}.bias"]
        mean, scale = self._arrays[f"cause.{name}.mean"], self._arrays[f"cause.{name}.scale"]
        return squash((features - mean) / scale @ weights + bias, shared=False)


def clauses(text: str) -> list[str]:
    """The last `MOST` clauses of an utterance, cut at marks and before conjunctions; one without letters is none."""
    parts = _EDGE.split(tidy(text[-LONGEST_TEXT:]))
    return [part for part in parts if any(c.isalnum() for c in part)][-MOST:]


def best_run(probabilities: Floats, lengths: Sequence[int]) -> tuple[int, int]:
    """The run of clauses (first, one past the last) whose expected token F1 is highest."""
    inside = np.concatenate([[0.0], np.cumsum(np.asarray(probabilities, np.float64) * lengths)])
    count = np.concatenate([[0], np.cumsum(lengths)])
    best, highest = (0, len(lengths)), -1.0
    for first in range(len(lengths)):
        for last in range(first + 1, len(lengths) + 1):
            f1 = 2 * (inside[last] - inside[first]) / (count[last] - count[first] + inside[-1])
            if f1 > highest:
                best, highest = (first, last), f1
    return best


def about_utterance(candidates: Sequence[Candidate], at: int) -> Floats:
    """What tells whether a candidate holds the cause of the feeling in the first one."""
    target, each = candidates[0], candidates[at]
    said, goal = _content(each.said), _content(target.said)
    distance = np.zeros(BACK + 1, np.float32)
    distance[each.back] = 1
    other = distance if not each.own else np.zeros_like(distance)
    length = len(each.said)
    own_feeling, its_feeling = _groups(target.judged), _groups(each.judged)
    plain = [
        len(said & goal) / (1 + len(said)),
        min(length, 40) / 10,
        min(len(target.said), 40) / 10,
        float(length <= 3),
        float(each.text.rstrip().endswith("?")),
        float(target.text.rstrip().endswith("?")),
        float(bool(MARKERS & set(each.said))),
        float("because" in each.text.lower()),
        each.judged.lexicon.confidence,
        target.judged.lexicon.confidence,
        float(own_feeling[1:] @ its_feeling[1:]),
        float(len(candidates) > at + 1),
        # A reply to good or bad news just told is felt because of that news.
        float(each.back == 1) * float(its_feeling[0]),
        float(each.back == 0) * min(len(target.said), 30) / 10,
        float(each.back == 0) * float(own_feeling[0]),
        float(each.back == 0) * float(target.text.rstrip().endswith("?")),
        float(each.back == 0) * target.judged.lexicon.confidence,
        float(each.back > 0) * min(length, 30) / 10,
        float(each.back > 1) * min(len(target.said), 30) / 10,
    ]
    return np.concatenate([distance, other, own_feeling, its_feeling, np.array(plain, np.float32)])


def about_clause(candidates: Sequence[Candidate], at: int, part: int, parts: Sequence[str]) -> Floats:
    """What tells whether a clause of a candidate is part of the cause."""
    target, each = candidates[0], candidates[at]
    said = words(parts[part])
    whole = max(1, len(each.said))
    felt = sum(1 for cue in each.judged.cues if f" {cue.phrase} " in f" {' '.join(said)} ")
    opening = said[0] if said else ""
    return np.array(
        [
            len(parts) == 1,
            part == 0,
            part == len(parts) - 1,
            part / max(1, len(parts) - 1),
            min(len(said), 20) / 10,
            len(said) <= 2,
            len(said) / whole,
            min(len(parts), 8) / 4,
            parts[part].endswith("?"),
            parts[part].endswith("!"),
            parts[part].endswith(","),
            felt,
            felt > 0 and at == 0,
            len(_content(said) & _content(target.said)) if at else 0,
            opening in {"because", "since", "as"},
            opening in {"that", "when", "if", "after", "about"},
            opening in {"but", "so"},
            opening in {"thanks", "thank", "oh", "yes", "yeah", "no", "well", "sorry", "hello", "hi", "ok", "okay"},
            "you" in said,
            "i" in said or "i'm" in said,
            bool({"will", "going", "can", "should", "could", "would"} & set(said)),
            at == 0,
            min(each.back, 4) / 2,
            each.own,
        ],
        np.float32,
    )


def _content(said: Sequence[str]) -> set[str]:
    return {word for word in said if word not in _STOP}


def _groups(judged: Judgement) -> Floats:
    """Probabilities of the groups, neutral first, by the posts readers together."""
    shares: Floats = squash(judged.posts[:, len(LABELS) : len(LABELS) + len(GROUPS)].mean(axis=0)[None], shared=False)[
        0
    ]
    return shares
