"""`called`: the name in a few words, or nothing where it may be any other word."""

from __future__ import annotations

import re
from functools import cache

from dialogue.data import data

LONGEST = 24
"""Letters of a name part at most; what is longer is a slip."""
_PART = re.compile(r"(?:[^\W\d_]')?[^\W\d_]+(?:-[^\W\d_]+)*")
_ENDINGS = ("ing", "ed", "ly", "ful", "less", "ness", "ish", "ese", "ous", "ist", "able", "ible", "tion", "ment")


def called(said: str, *, surely: bool = False, title: bool = False) -> str:
    """The name that `said` begins with and is, in its usual capitals; empty where it is none.

    A word in small letters is a name only when it is a well-known one; so is any word with `surely` (where no phrase
    says that a name follows) or `title` (where every word is written with a capital).
    """
    parts = said.strip(" .,!;:").removesuffix("'s").split()
    if not 1 <= len(parts) <= 3:
        return ""
    first, rest = parts[0], parts[1:]
    if not _is_name(first, surely=surely or title):
        return ""
    # A second word belongs to the name only with a capital of its own: "Ana María", but not "Ana speaking".
    if any(not (part[:1].isupper() and _is_name(part, surely=False)) for part in rest):
        return ""
    return " ".join(_capitals(part) for part in parts)


def _is_name(word: str, *, surely: bool) -> bool:
    low = word.lower()
    if not _PART.fullmatch(word) or not 2 <= len(word) <= LONGEST:
        return False
    if low in _table("names") and not (surely and low in _table("nameless")):
        return True
    if surely or low in _table("nameless") or not word[0].isupper() or (word.isupper() and len(word) > 1):
        return False
    return not low.endswith(_ENDINGS)


def _capitals(word: str) -> str:
    return word if word[0].isupper() and not word.isupper() else word.capitalize()


@cache
def _table(name: str) -> frozenset[str]:
    return frozenset(data("facts")["en"]["tables"][name].split())
