"""`gibberish`: whether a clause of a model is no language that a voice could speak."""

from __future__ import annotations

import re
import unicodedata

LONGEST_WORD = 32
"""Letters; the longest words in use have fewer."""
LEAST_WORDS = 0.75
"""Share of a clause that must look like words or numbers: code and noise have less."""
LEAST_LATIN = 0.9
"""Share of the letters; the voices read no other script, and one foreign name may stand."""
_WORD = re.compile(
    r"[\"'(¿¡\u2018\u201c\u2019]*(?:[^\W\d_]+(?:['’\-–—/.][^\W\d_]+)*|[€$£]?\d[\d.,:/]*(?:st|nd|rd|th|s|%|°)?)"
    r"[.,;:!?…'\")\u2019\u201d]*"
)
_MARK = re.compile(r"[-–—&+.…]+")
_VOWEL = re.compile(r"[aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüý]", re.IGNORECASE)
_SAME = re.compile(r"(\w)\1{4,}")


def gibberish(clause: str) -> bool:
    """True for noise: few words, scripts that the voices do not read, letters without vowels, endless words."""
    tokens = [token for token in clause.split() if not _MARK.fullmatch(token)]
    if not tokens:
        return False
    if any(unicodedata.category(c) == "Cc" for c in clause) or _SAME.search(clause):
        return True
    letters = [_latin(c) for c in clause if c.isalpha()]
    worded = sum(_WORD.fullmatch(token) is not None for token in tokens)
    if sum(letters) < LEAST_LATIN * len(letters) or worded < LEAST_WORDS * len(tokens):
        return True
    spoken = re.findall(r"[^\W\d_]+", clause)
    if any(len(word) > LONGEST_WORD for word in spoken):
        return True
    long = [word for word in spoken if len(word) > 3]
    return len(long) >= 3 and sum(not _VOWEL.search(word) for word in long) > len(long) / 3


def _latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(("LATIN", "FEMININE ORDINAL", "MASCULINE ORDINAL"))
