"""`Cases`: how people helped in moments like this one, found in support dialogues that the researcher names."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from companion.types import Message
from dialogue.esconv import Dialogue, read_esconv
from dialogue.relevance import stems

FEW = 2
LEAST_SHARED = 2
"""Telling words that a case must share with what is said: one in common proves nothing."""
LONGEST_WORDS = 40
K1, B = 1.2, 0.75
"""Okapi BM25's usual saturation and length weight (Robertson and Zaragoza, 2009)."""
BEFORE = 2
"""User lines before this one by which the moment is looked up too."""


@dataclass(frozen=True, slots=True)
class Case:
    """What somebody had said, and how a supporter answered, by which strategy."""

    said: str
    answered: str
    strategy: str


class Cases:
    """Finds cases by the telling words they share with the last lines of the user (Okapi BM25)."""

    def __init__(self, dialogues: Sequence[Dialogue]) -> None:
        self._cases = [case for dialogue in dialogues for case in _cases(dialogue)]
        self._stems = [Counter(stems(case.said)) for case in self._cases]
        self._counts = Counter(stem for own in self._stems for stem in own)
        self._mean = sum(map(len, self._stems)) / max(1, len(self._stems))

    @classmethod
    def read(cls, path: Path) -> Cases:
        """Of a prepared ESConv file. Raises `DataError` with file and line."""
        return cls(read_esconv(path))

    def __len__(self) -> int:
        return len(self._cases)

    def nearest(self, text: str, few: int = FEW) -> list[Case]:
        """The cases that fit best, the best first; fewer or none where nothing fits."""
        asked = stems(text)
        scored = []
        for place, own in enumerate(self._stems):
            shared = asked & own.keys()
            if len(shared) >= LEAST_SHARED:
                length = 1 - B + B * len(own) / self._mean
                scored.append((sum(self._rarity(stem) * (K1 + 1) / (1 + K1 * length) for stem in shared), -place))
        return [self._cases[-place] for _, place in sorted(scored, reverse=True)[:few]]

    def told(self, text: str, history: Sequence[Message]) -> list[str]:
        """Lines for a prompt."""
        lately = [message.content for message in history if message.role == "user"][-BEFORE:]
        found = self.nearest(" ".join([*lately, text]))
        lines = [f'To "{case.said}" a supporter said ({case.strategy}): "{case.answered}"' for case in found]
        return ["How people helped in like moments (do not copy them):", *lines] if lines else []

    def _rarity(self, stem: str) -> float:
        among, have = len(self._cases), self._counts[stem]
        return math.log(1 + (among - have + 0.5) / (have + 0.5))


def _cases(dialogue: Dialogue) -> list[Case]:
    """Every reply that answers something of the user's; greetings help nobody."""
    return [
        Case(_short(before.text), _short(line.text), line.label)
        for before, line in pairwise(dialogue)
        if before.own and not line.own and line.label != "Greeting" and len(before.text.split()) > LEAST_SHARED
    ]


def _short(text: str) -> str:
    spoken = text.split()
    return " ".join(spoken[:LONGEST_WORDS]) + (" ..." if len(spoken) > LONGEST_WORDS else "")
