"""`feeling`: the feeling of Spanish words, by a small lexicon with negation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from companion.types import Affect, TextReading
from dialogue.data import data
from dialogue.spanish.tongue import plainly

REACH = 3
"""Words back in which a negator counts."""
TRUST = 0.6
"""A lexicon of a few hundred words knows less than the trained English reader."""
FINER: Mapping[str, str] = {
    "sad": "sadness", "lonely": "sadness", "hopeless": "sadness", "tired": "sadness", "anxious": "nervousness",
    "afraid": "fear", "stressed": "nervousness", "angry": "anger", "frustrated": "annoyance", "hurt": "disappointment",
    "guilty": "remorse", "confused": "confusion", "grieving": "grief", "happy": "joy", "proud": "pride",
    "relieved": "relief", "disgusted": "disgust",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """One word or phrase of feeling: its `shade`, whether the person's own adjective, and whether it is denied."""

    phrase: str
    shade: str
    adjective: bool
    denied: bool
    feels: Mapping[str, float]


def found(text: str) -> tuple[Found, ...]:
    """Every feeling in the text, in order."""
    said = " ".join(plainly(text))
    hits = []
    for shade, feels, adjective, pattern in _patterns():
        for match in pattern.finditer(said):
            before = said[: match.start()].split()[-REACH:]
            denied = any(word in _negators() for word in before) and not match[0].startswith(("no ", "nadie ", "nada "))
            hits.append((match.start(), Found(match[0], shade, adjective, denied, feels)))
    # A longer phrase stands for the words in it: "lloró de alegría" is no sadness.
    kept = [
        (at, hit)
        for at, hit in hits
        if not any(
            start <= at and at + len(hit.phrase) <= start + len(other.phrase) and len(other.phrase) > len(hit.phrase)
            for start, other in hits
        )
    ]
    return tuple(hit for _, hit in sorted(kept, key=lambda pair: pair[0]))


def read(text: str) -> TextReading:
    """The reading of a Spanish text; confidence 0 where no word of feeling is known in it."""
    hits = found(text)
    strengths: dict[str, float] = {}
    for hit in hits:
        for said, full in hit.feels.items():
            # "No estoy triste" is weakly good, "no estoy feliz" weakly sad.
            name, weight = (said, full) if not hit.denied else (_opposite(said), 0.3 * full)
            strengths[name] = max(strengths.get(name, 0.0), weight)
    if not strengths:
        return TextReading(Affect.unknown("no Spanish word of feeling"))
    total = sum(strengths.values())
    scale = min(1.0, 0.9 / total)
    evidence = tuple(f'"{"no " if hit.denied else ""}{hit.phrase}"' for hit in hits[:4])
    affect = Affect.mixture(
        {name: weight * scale for name, weight in strengths.items()}, confidence=TRUST, evidence=evidence
    )
    finer = {FINER[hit.shade]: 0.6 for hit in hits if not hit.denied}
    return TextReading(affect, finer)


def _opposite(name: str) -> str:
    return "sad" if name == "happy" else "happy"


@cache
def _negators() -> frozenset[str]:
    return frozenset(data("spanish/feelings")["negators"].split())


@cache
def _patterns() -> tuple[tuple[str, Mapping[str, float], bool, re.Pattern[str]], ...]:
    rows = []
    for shade in data("spanish/feelings")["shade"]:
        for key in ("adjectives", "words"):
            pattern = re.compile(rf"\b(?:{'|'.join(shade[key])})\b")
            rows.append((shade["name"], shade["feels"], key == "adjectives", pattern))
    return tuple(rows)
