"""`gibberish`: whether a clause of a model is no language that a voice could speak."""

from __future__ import annotations

import re
import unicodedata

LONGEST_WORD = 32
"""Letters; the longest words in use have fewer."""
LEAST_LETTERS = 0.7
"""Share of letters among all that is not space or a plain mark: sentences have more, code and noise less."""
_MARKS = frozenset(" .,;:!?'\"-–—…()¿¡%/&\u2019\u2018\u201c\u201d")
_VOWEL = re.compile(r"[aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüý]", re.IGNORECASE)
_SAME = re.compile(r"(\w)\1{4,}")


def gibberish(clause: str) -> bool:
    """True for noise: few letters, scripts that the voices do not read, letters without vowels, endless words."""
    solid = [c for c in clause if c not in _MARKS and not c.isspace()]
    if not solid:
        return False
    letters = [c for c in solid if c.isalpha() and _latin(c)]
    digits = sum(c.isdigit() for c in solid)
    if len(letters) + min(digits, 6) < LEAST_LETTERS * len(solid):
        return True
    spoken = re.findall(r"[^\W\d_]+", clause)
    if any(len(word) > LONGEST_WORD for word in spoken) or _SAME.search(clause):
        return True
    long = [word for word in spoken if len(word) > 3]
    return len(long) >= 3 and sum(not _VOWEL.search(word) for word in long) > len(long) / 3


def _latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith(("LATIN", "FEMININE ORDINAL", "MASCULINE ORDINAL"))
