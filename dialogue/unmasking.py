"""`unmasked`: words behind odd spelling, so that danger is heard however it is written."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from dialogue.data import data

# Letters of other scripts that look like Latin ones (after Unicode Technical Standard 39, "confusables").
_LOOKALIKES = str.maketrans(
    {
        letter: latin
        for latin, letters in {
            "a": "аАαɑ", "b": "ВьЬ", "c": "сСϲ", "d": "ԁ", "e": "еЕεЁё", "g": "ɡց", "h": "һНհ", "i": "іІιıΙӏ",
            "j": "јЈ", "k": "кКκΚ", "l": "ⅼ", "m": "мМΜ", "n": "пηո", "o": "оОοΟօ", "p": "рРρΡ", "q": "ԛ", "r": "гᴦ",
            "s": "ѕЅ", "t": "тТτΤ", "u": "υս", "v": "νѵ", "w": "ԝωѡ", "x": "хХχΧ", "y": "уУγү", "z": "ᴢΖ",
        }.items()
        for letter in letters
    }
)  # fmt: skip
_APOSTROPHES = str.maketrans("’‘`´ʼ", "'''''")
_LEET = str.maketrans({"1": "i", "!": "i", "3": "e", "4": "a", "@": "a", "0": "o", "5": "s", "$": "s", "7": "t"})
_LEET_WORD = re.compile(
    r"(?<![\w@$!.,])(?!\d+(?:st|nd|rd|th|[ap]m|kg|km|cm|mm|m[lg]?|min|[skxhd])\b)"
    r"(?=[\w@$!]*[a-z])(?=[\w@$!]*[013457@$!][\w@$!]*[a-z])[a-z013457@$!]{3,}"
)
_SPACED = re.compile(r"(?<![\w'])(?:[^\W\d_][ .\-_*]{1,2}){2,}[^\W\d_](?![\w'])")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_MASKED = re.compile(r"(?<![a-z])([a-z]{1,20})([*#]{1,20})([a-z]{1,20})")
"""Bounded, and tried at the start of a word alone: else a long word without a star takes the square of its length."""
RUN_TOGETHER = 9
"""Letters from which a word is looked at for words that were run together."""
LONGEST_PART, LONGEST_WORD = 10, 200
"""Letters of the longest of those words that is looked for, and of any word: what goes on is noise, slow to read."""
_APART = re.compile(r"[^a-z0-9']+")
_SHORT = tuple(
    (re.compile(short), full)
    for short, full in (
        (r"\bcan't\b", "cannot"),
        (r"\bwon't\b", "will not"),
        (r"\bain't\b", "am not"),
        (r"n't\b", " not"),
        (r"(?<=\bi)'m\b", " am"),
        (r"'re\b", " are"),
        (r"'ll\b", " will"),
        (r"'ve\b", " have"),
        (r"'d\b", " would"),
        (r"\b(he|she|it|that|what|there|who|where|how|everything)'s\b", r"\1 is"),
        (r"'s\b", ""),  # of a name it is mostly a possession
    )
)


def unmasked(text: str) -> str:
    """Lower-case words of plain letters, one space between them, contractions and chat spellings written out.

    Look-alike letters of other scripts, invisible characters, accents, digits and signs used as letters, letters set
    apart ("d i e"), stretched ("diiie") or starred ("su*cide"), and common misspellings of grave words are undone.
    """
    # Full-width and mathematical letters become plain ones (Unicode Standard Annex 15).
    plain = latin(unicodedata.normalize("NFKC", text)).casefold()
    plain = _SPACED.sub(_joined, plain)
    plain = _LEET_WORD.sub(lambda match: match[0].rstrip("!").translate(_LEET), plain)
    plain = _STRETCHED.sub(r"\1", plain)
    plain = _MASKED.sub(_guessed, plain)
    return _written_out(" ".join(map(_parted, _APART.sub(" ", plain).split())))


def _parted(word: str) -> str:
    """A long word as the words it was run together from ("iwanttodie"), where it is made of those of danger alone."""
    word = word[:LONGEST_WORD]
    if len(word) < RUN_TOGETHER or not word.isalpha():
        return word
    known = _run_words()
    # For each place that words of danger lead up to, where the last of them begins. Most words end at their first
    # letters, so that nothing need be remembered of them: what people say is in no cache.
    begins = {0: 0}
    for start in range(len(word)):
        if start in begins:
            for end in range(start + 1, min(start + LONGEST_PART, len(word)) + 1):
                if end not in begins and word[start:end] in known:
                    begins[end] = start
    parts: list[str] = []
    end = len(word) if len(word) in begins else 0
    while end:
        parts.insert(0, word[begins[end] : end])
        end = begins[end]
    return " ".join(parts) if len(parts) > 2 else word


@cache
def _run_words() -> frozenset[str]:
    return frozenset(data("spellings")["run_together"].split())


def latin(text: str) -> str:
    """Plain letters: straight apostrophes, no accents, nothing invisible, look-alikes as the letters they imitate.

    A word that does not look Latin as a whole (real Cyrillic, Greek) stays as it is.
    """

    def word(match: re.Match[str]) -> str:
        said = match[0].translate(_LOOKALIKES)
        return said if said.isascii() else match[0]

    plain = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    plain = "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))
    return re.sub(r"[^\W\d_]+", word, plain.translate(_APOSTROPHES))


def _joined(match: re.Match[str]) -> str:
    """Letters set apart to words: wider gaps part the words."""
    return " ".join(re.sub(r"[^a-z]", "", word) for word in re.split(r"  +", match[0]))


def _guessed(masked: re.Match[str]) -> str:
    """The grave word that fits between the stars, best one of as many letters; without one the word as it is."""
    before, stars, after = masked.groups()
    least = len(before) + 1 + len(after)
    fits = [w for w in _spellings()[1] if len(w) >= least and w.startswith(before) and w.endswith(after)]
    exact = [word for word in fits if len(word) == least - 1 + len(stars)]
    return (exact or fits or [masked[0]])[0]


def _written_out(text: str) -> str:
    wrong, _ = _spellings()
    for short, full in _SHORT:
        text = short.sub(full, text)
    return " ".join(wrong.get(word, word) for word in text.replace("'", "").split())


@cache
def _spellings() -> tuple[dict[str, str], tuple[str, ...]]:
    table = data("spellings")
    wrong = {short: right for right, shorts in table["spelt"].items() for short in shorts}
    return wrong, tuple(table["grave"])
