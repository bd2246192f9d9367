"""`Card`: a person in need as a role card tells of them, and the files that hold such cards."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from companion.labelled import DataError
from dialogue.ownwords import own_words
from dialogue.text import sentences, tidy

UNSAID = frozenset({"", "not mentioned", "unspecified", "unknown", "none"})
LONGEST = 20_000
"""Characters of a card or a post; more is no person's trouble but a book."""
SHORT = 3
"""A sentence of a post with fewer words is told together with the one after it."""
_FIELD = re.compile(r"^\s*(age|gender|occupation|problem)\s*:\s*", re.IGNORECASE | re.MULTILINE)
_OTHER_SCRIPT = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0400-\u04ff\u0600-\u06ff]")
_GRAVE = re.compile(
    r"suicid\w*|kill(?:ing)? (?:my|him|her|them)sel\w+|self-?harm\w*|end (?:my|his|her|their) (?:own )?life|overdos\w+|"
    r"\brap(?:ed?|ing)\b|\bassault\w*|\babus(?:e|ed|es|ing|ive)\b|thoughts? of (?:violence|death|dying)|"
    r"hurt(?:ing)? (?:my|him|her|them)sel\w+|want\w* to die|do(?:es)? not want to live|"
    r"threats of|threatening (?:comment|to|me|him|her|them)\b|"
    r"beat(?:s|en|ing)? (?:me|him|her|them)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Card:
    """Who plays: a name for the reports, and what they have to tell, in their own words, a piece at a time.

    `problem` is the trouble as the file words it; `age`, `gender` and `occupation` are empty where it does not say.
    """

    name: str
    problem: str
    pieces: tuple[str, ...]
    age: str = ""
    gender: str = ""
    occupation: str = ""

    @property
    def grave(self) -> bool:
        """Whether the file's words speak of danger: told by plain words, apart from the companion's own rules."""
        return bool(_GRAVE.search(self.problem))

    @classmethod
    def of_post(cls, name: str, text: str) -> Card:
        """Who wrote a post: its sentences are the pieces. Raises `DataError` for one that is empty or not English."""
        told = tidy(text[:LONGEST])
        if not any(letter.isalpha() for letter in told):
            raise DataError(f"{name} holds no words")
        if "\0" in text:
            raise DataError(f"{name} is no text")
        if _OTHER_SCRIPT.search(told):
            raise DataError(f"{name} is not in English")
        return cls(name, told, _paired(sentences(text[:LONGEST])))


@dataclass(frozen=True, slots=True)
class Deck:
    """The cards of a file that can be played, and how many were left out because they are not in English."""

    cards: tuple[Card, ...]
    left_out: int = 0

    def spread(self, most: int) -> Deck:
        """So many of its cards, taken evenly over the file; all of them for 0."""
        if not 0 < most < len(self.cards):
            return self
        return Deck(self.cards[:: len(self.cards) // most][:most], self.left_out)


def read_cards(path: Path) -> Deck:
    """Role cards in the form of ESC-Eval (Zhao et al., EMNLP 2024): a JSON list of objects with `base` and `id`.

    `base` has the lines Age, Gender, Occupation and Problem. Raises `DataError` with one clear line: no such file, no
    JSON, no cards, an empty card, or none in English.
    """
    rows = _rows(path)
    found, left_out = [], 0
    for number, row in enumerate(rows, start=1):
        place = f"{path}, card {number}"
        if not isinstance(row, dict) or not isinstance(row.get("base"), str):
            raise DataError(f"{place}: not a role card; it needs the text 'base'")
        if _OTHER_SCRIPT.search(row["base"]):
            left_out += 1
            continue
        found.append(_card(row["base"], str(row.get("id", number)), place))
    if not found:
        raise DataError(f"{path}: its {left_out} cards are not in English; the seeker plays English cards only")
    return Deck(tuple(found), left_out)


def _rows(path: Path) -> list[Any]:
    try:
        table = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise DataError(f"no file at {path}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    except json.JSONDecodeError as error:
        raise DataError(f"{path}, line {error.lineno}: {error.msg}") from None
    except RecursionError:
        raise DataError(f"{path} holds no list of role cards") from None
    if not isinstance(table, list) or not table:
        raise DataError(f"{path} holds no list of role cards")
    return table


def _card(base: str, name: str, place: str) -> Card:
    parts = _FIELD.split(base[:LONGEST])
    fields = {key.lower(): " ".join(value.split()) for key, value in zip(parts[1::2], parts[2::2], strict=True)}
    problem = fields.get("problem", "")
    if problem.lower() in UNSAID:
        raise DataError(f"{place}: the card is empty; it needs a line 'Problem: ...'")
    age, gender, occupation = (
        "" if fields.get(key, "").lower() in UNSAID else fields[key] for key in ("age", "gender", "occupation")
    )
    return Card(name, problem, own_words(problem, gender), age, gender, occupation)


def _paired(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The sentences, a very short one with the one after it."""
    found: list[str] = []
    for part in parts:
        if found and len(found[-1].split()) < SHORT:
            found[-1] = f"{found[-1]} {part}"
        else:
            found.append(part)
    return tuple(found)
