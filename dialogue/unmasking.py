"""`unmasked`: words behind odd spelling, so that danger is heard however it is written."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

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
_MASKED = re.compile(r"[a-z]+[*#]+[a-z]+")
RUN_TOGETHER = 9
"""Letters from which a word is looked at for words that were run together."""
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
    plain = _MASKED.sub(lambda match: _guessed(match[0]), plain)
    return _written_out(" ".join(map(_parted, _APART.sub(" ", plain).split())))


@lru_cache(maxsize=2000)
def _parted(word: str) -> str:
    """A long word as the words it was run together from ("iwanttodie"), where it is made of those of danger alone."""
    if len(word) < RUN_TOGETHER or not word.isalpha():
        return word
    known = _run_words()
    found: list[list[str] | None] = [[]] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 10), end):
            before = found[start]
            if before is not None and word[start:end] in known:
                found[end] = [*before, word[start:end]]
                break
    whole = found[-1]
    return " ".join(whole) if whole and len(whole) > 2 else word


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


def _guessed(masked: str) -> str:
    """The grave word that fits between the stars; without one the word as it is."""
    shape = re.compile("".join("[a-z]" if c in "*#" else re.escape(c) for c in masked))
    loose = re.compile("".join("[a-z]+" if c in "*#" else re.escape(c) for c in re.sub(r"[*#]+", "*", masked)))
    grave = _spellings()[1]
    fits = [word for word in grave if shape.fullmatch(word)] or [word for word in grave if loose.fullmatch(word)]
    return fits[0] if fits else masked


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
