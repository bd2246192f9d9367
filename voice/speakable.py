"""Text as written to text that can be spoken, with each spoken word tied to the written one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_WORD = 40
PIECE_CHARACTERS = 240
"""About 15 s of speech: longer texts are spoken in pieces, so that the first sound does not wait for the last."""
_LINK = re.compile(r"^(?:https?://|www\.)(?:www\.)?([\w.-]+)\S*$", re.IGNORECASE)
_MARKUP = re.compile(r"[*_`~#<>|\\^{}\[\]=]+")
_SYMBOLS = {"&": "and", "%": "percent", "@": "at", "+": "plus", "€": "euro", "£": "pounds", "$": "dollars"}
_PAUSE_AT = re.compile(r"[.!?;:,][\"')\]]*$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written and as spoken; `spoken` is empty where there is nothing to say (an emoji)."""

    written: str
    spoken: str


def words(text: str) -> list[Word]:
    """The words of a text in order, markup, links, symbols and shouting made speakable."""
    return [Word(word, _spoken(word)) for word in text.split()]


def pieces(text: str) -> Iterator[list[Word]]:
    """The words in runs of at most about `PIECE_CHARACTERS`, cut after punctuation where there is some."""
    piece: list[Word] = []
    length = 0
    for word in words(text):
        piece.append(word)
        length += len(word.spoken) + 1
        if length > PIECE_CHARACTERS or (length > PIECE_CHARACTERS // 2 and _PAUSE_AT.search(word.written)):
            yield piece
            piece, length = [], 0
    if piece:
        yield piece


def _spoken(word: str) -> str:
    link = _LINK.match(word)
    if link:
        return link[1].replace(".", " dot ")
    word = unicodedata.normalize("NFKC", word)
    word = _MARKUP.sub(" ", word)
    word = "".join(_character(character) for character in word)
    word = re.sub(r"(.)\1{3,}", r"\1\1", word)  # "sooooo", "!!!!!"
    if len(word) > 4 and word.isupper():
        word = word.lower()
    if len(word) > LONGEST_WORD:
        word = " ".join(word[i : i + LONGEST_WORD] for i in range(0, len(word), LONGEST_WORD))
    return " ".join(word.split()) if any(character.isalnum() for character in word) else ""


def _character(character: str) -> str:
    if character in _SYMBOLS:
        return f" {_SYMBOLS[character]} "
    category = unicodedata.category(character)
    # So, Sk, Cf, Co, Cs: emoji, their modifiers and joiners, private characters.
    return "" if category in ("So", "Sk", "Cf", "Co", "Cs", "Cc") else character
