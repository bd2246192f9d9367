"""One written word as it is spoken."""

from __future__ import annotations

import re
import unicodedata

LONGEST_WORD = 40
_LINK = re.compile(r"^\W*(?:https?://|www\.)(?:www\.)?([\w-]+(?:\.[\w-]+)+)\S*?([.,;:!?]*)$", re.IGNORECASE)
_MAIL = re.compile(r"^\W*([\w.+-]+@[\w-]+(?:\.[\w-]+)+)([.,;:!?]*)\W*$")
_MARKUP = re.compile(r"[*_`~#<>|\\^{}\[\]=]+")
_EMOTICON = re.compile(r"^(?:[:;=][-']?[()DPpOo/\\|3*]+|[xX]D+|<3+|\^_*\^|[-_.]{3,})$")
_NUMBER = re.compile(r"^\(?\+?\d[\d()-]*[.,;:!?]?$")
_MONEY = re.compile(r"([$€£¥₹])(\d[\d.,]*\d|\d)")
_SPAN = re.compile(r"(?<![\d-])(\d{1,3})[-–](\d{1,3})(?![\d-])")
_FRACTIONS = {
    "½": (" one half", " medio"),
    "¼": (" a quarter", " un cuarto"),
    "¾": (" three quarters", " tres cuartos"),
}
_SYMBOLS = {
    "&": ("and", "y"),
    "%": ("percent", "por ciento"),
    "@": ("at", "arroba"),
    "+": ("plus", "más"),
    "€": ("euros", "euros"),
    "£": ("pounds", "libras"),
    "$": ("dollars", "dólares"),
    "¥": ("yen", "yenes"),
    "₹": ("rupees", "rupias"),
    "°": ("degrees", "grados"),
}
_SHORT = {"e.g.": "for example", "i.e.": "that is", "vs.": "versus", "approx.": "approximately", "w/": "with"}
_UNSPOKEN = frozenset(("So", "Sk", "Cf", "Co", "Cs", "Cc", "Cn"))
"""Categories of emoji, their modifiers and joiners, and private characters."""
_MARKS_KEPT = 2
"""Accents on one letter that a language may have; more is decoration."""


def spoken(word: str, language: str = "en") -> str:
    """What is said for a written word; empty where there is nothing to say. Symbols follow the language (en, es)."""
    named = _address(word)
    if named:
        return named
    if _EMOTICON.match(word):
        return ""
    if language == "en" and word.lower() in _SHORT:
        return _SHORT[word.lower()]
    column = 1 if language == "es" else 0
    word = _MONEY.sub(r"\2 \1", word)
    word = _SPAN.sub(r"\1 a \2" if language == "es" else r"\1 to \2", word)
    word = "".join(_FRACTIONS[character][column] if character in _FRACTIONS else character for character in word)
    word = _MARKUP.sub(" ", unicodedata.normalize("NFKC", word))
    word = re.sub(r"(?<=\w)/(?=\w)", " ", word)  # and/or, 24/7
    word = re.sub(r"(?<=\d)-(?=\d)", " ", word)  # a date or a telephone number
    word = "".join(f" {_SYMBOLS[c][column]} " if c in _SYMBOLS else c for c in word)
    return _tidy(word)


def is_number(word: str) -> bool:
    """Whether a written word is digits alone, perhaps with dashes and a mark at its end."""
    return bool(_NUMBER.match(word))


def digits(word: str) -> str:
    """A number said digit by digit, a breath between its groups."""
    groups = re.findall(r"\d+", word)
    mark = word[-1] if word[-1] in ".,;:!?" else ""
    return ", ".join(" ".join(group) for group in groups) + mark


def _address(word: str) -> str:
    link, mail = _LINK.match(word), _MAIL.match(word)
    if link:
        return link[1].replace(".", " dot ") + link[2]
    if mail:
        return mail[1].replace("@", " at ").replace(".", " dot ") + mail[2]
    return ""


def _tidy(word: str) -> str:
    """Without what has no sound: emoji, piled-up accents, long runs of one character; shouting in small letters."""
    word = "".join(character for character in word if unicodedata.category(character) not in _UNSPOKEN)
    word = re.sub(rf"([\u0300-\u036f]{{{_MARKS_KEPT}}})[\u0300-\u036f]+", r"\1", word)
    word = re.sub(r"(\D)\1{3,}", r"\1\1", word)  # "sooooo", "!!!!!"
    if len(word) > 4 and word.isupper():
        word = word.lower()
    if len(word) > LONGEST_WORD and word.isascii():  # not a word of any language; other scripts write without spaces
        word = word[:LONGEST_WORD]
    word = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(word.split()))
    return word if any(character.isalnum() for character in word) else ""
