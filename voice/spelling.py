"""How recognised words are written: the recogniser's own marks removed, English capitals put back."""

from __future__ import annotations

import re
from collections.abc import Iterable

FILLER = re.compile(r"<.*>|\[.*\]|\+\+.*\+\+")
"""Silence, sentence marks and noises as the dictionary writes them: `<sil>`, `</s>`, `[NOISE]`, `++BREATH++`."""
ALTERNATE = re.compile(r"\(\d+\)$")
"""The number of a second pronunciation: `the(2)`."""
PRONOUN = re.compile(r"^i(?=$|')")
"""`i`, `i'm`, `i'd`; the dictionary is all lower case."""


def is_word(token: str) -> bool:
    """Whether a token of the recogniser is a word, not silence, a sentence mark or a noise."""
    return bool(token) and not FILLER.fullmatch(token)


def spelt(tokens: Iterable[str]) -> str:
    """The words among the tokens as text: lower case but for `I`, without marks and pronunciation numbers."""
    return " ".join(PRONOUN.sub("I", ALTERNATE.sub("", token)) for token in tokens if is_word(token))
