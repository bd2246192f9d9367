"""`Relevance`: which facts belong to what is being said now."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from dialogue.facts import Fact
from dialogue.text import words

HALF_LIFE_SEC = 14 * 86400.0
"""People come back after days or weeks: after two weeks unspoken-of, a fact counts half as recent."""
GRAVITY: Mapping[str, float] = {
    "worry": 1.0, "event": 0.9, "name": 0.7, "helped": 0.7, "person": 0.5, "pet": 0.4, "household": 0.4, "work": 0.4,
    "study": 0.4, "place": 0.3, "age": 0.3, "likes": 0.3, "dislikes": 0.3,
}  # fmt: skip
"""How much each kind of fact matters to a supporter, whatever is being said."""
WEIGHTS = (2.0, 1.0, 0.5)
"""Of relevance, recency and gravity: a fact that fits must come before any that is merely new."""
_COMMON = frozenset(
    "a an the and or but so if of to in on at for with from by as than that this these those it its is are was were be "
    "been am i i'm i've i'd i'll me my mine you you're your he she they him her them his their we us our do does did "
    "don't didn't can can't will would could should have has had not no yes very really just too also about again "
    "what who how when where why there here all some any more much get got go going went know think feel like said "
    "say tell told want still now today back up down out over one thing things".split()
)
_SAME = {
    "mom": "mother", "mum": "mother", "mommy": "mother", "mama": "mother", "mummy": "mother", "dad": "father",
    "daddy": "father", "papa": "father", "kid": "child", "children": "child", "nan": "grandmother",
    "grandma": "grandmother", "gran": "grandmother", "grandpa": "grandfather", "grandad": "grandfather",
    "finals": "exam", "died": "death", "dead": "death", "ill": "sick", "illness": "sick",
}  # fmt: skip
_DOUBLED = re.compile(r"([bdgklmnprt])\1$")


def stems(text: str) -> frozenset[str]:
    """The words of a text that say what it is about, without their endings."""
    return frozenset(stem(word) for word in words(text) if word not in _COMMON)


def stem(word: str) -> str:
    """A word without the endings of plurals, possession and verb forms; a few words for the same thing become one."""
    word = _SAME.get(word, word).partition("'")[0]
    for ending in ("ies", "ied", "ing", "ed", "es", "s", "ly"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3 and not word.endswith("ss"):
            word = rest + "y" if ending in {"ies", "ied"} else _DOUBLED.sub(r"\1", rest)
            break
    return _SAME.get(word, word).removesuffix("e") if len(word) > 3 else _SAME.get(word, word)


class Relevance:
    """Scores facts as memories are scored in Park et al., "Generative Agents" (UIST 2023).

    A weighted sum of relevance, recency and importance, each in 0..1. Theirs takes relevance from embeddings and
    importance from a language model; here relevance is the share of the text's rare words that a fact holds (inverse
    document frequency, Spärck Jones 1972), and importance the gravity of its kind and feeling. Recency is
    exponential from when a fact was last told or used, with a half-life of 14 days (theirs: 0.995 an hour, 5.8 days).
    """

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._said: dict[int, tuple[Fact, frozenset[str]]] = {}
        self._counts: Counter[str] = Counter()
        for fact in facts:
            self.add(fact)

    def add(self, fact: Fact) -> None:
        """Know one more, in the place of what had its id."""
        self.remove(fact.id)
        own = stems(f"{fact.text} {fact.sentence}")
        self._said[fact.id] = fact, own
        self._counts.update(own)

    def remove(self, number: int) -> None:
        """Know it no longer."""
        if number in self._said:
            self._counts.subtract(self._said.pop(number)[1])

    def facts(self) -> list[Fact]:
        """Every fact, in no order."""
        return [fact for fact, _ in self._said.values()]

    def ranked(self, text: str, now: float) -> list[Fact]:
        """Every fact, the fittest first. `now` in UTC seconds."""
        asked = {word: self._rarity(word) for word in stems(text)}
        total = sum(asked.values())

        def score(item: tuple[Fact, frozenset[str]]) -> float:
            fact, own = item
            relevance = sum(asked[word] for word in own & asked.keys()) / total if total else 0.0
            return WEIGHTS[0] * relevance + WEIGHTS[1] * recency(fact, now) + WEIGHTS[2] * gravity(fact)

        return [fact for fact, _ in sorted(self._said.values(), key=lambda item: (-score(item), -item[0].time))]

    def _rarity(self, word: str) -> float:
        return math.log((1 + len(self._said)) / (1 + self._counts[word])) + 1.0


def recency(fact: Fact, now: float) -> float:
    """1 for what was told or used just now, half of it after `HALF_LIFE_SEC`."""
    return float(0.5 ** (max(0.0, now - max(fact.time, fact.used)) / HALF_LIFE_SEC))


def gravity(fact: Fact) -> float:
    """How much a fact weighs, in 0..1: by its kind, more when it was told in a bad feeling or several times."""
    told = GRAVITY.get(fact.kind, 0.3) * (1.0 + 0.3 * max(0.0, -fact.valence) + 0.1 * min(3, fact.mentions - 1))
    return min(1.0, told / 1.3)
