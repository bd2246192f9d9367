"""`Bank`: the supporter's own sentences, by what they do and whom they fit."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache

from dialogue.data import folder
from dialogue.text import capitalised, sentences, words
from dialogue.understanding import situations

_SLOT = re.compile(r"\{(\w+)\}")


class Bank:
    """Lines by move (a file in `replies/`) and group, and by situation (`situations/`).

    A line may hold slots such as `{person}`; it can be said only where every slot can be filled. A line may end in
    `|| pattern`: it is left out where the pattern is found in the user's words, because it would ask what they said.
    """

    def __init__(self, language: str = "en") -> None:
        """`language` (ISO 639): `en` or `es`."""
        self._replies = _replies(language)
        self._situations = situations(language)
        self._moves: dict[str, set[str]] = {}
        for move, groups in self._replies.items():
            self._note(move, (line for group in groups.values() for line in group))
        for entry in self._situations.values():
            for move in ("receive", "ask", "suggest", "affirm"):
                lines = entry.get(move, ())
                self._note(move, lines if isinstance(lines, list) else ())

    def lines(self, move: str, *groups: str) -> list[str]:
        """The lines of the groups of a move, in order."""
        table = self._replies[move]
        return [line for group in groups for line in table.get(group, ())]

    def about(self, situation: str, move: str) -> list[str]:
        """The lines of a move that fit a situation."""
        lines = self._situations.get(situation, {}).get(move, [])
        return list(lines) if isinstance(lines, list) else []

    def contains(self, move: str, sentence: str) -> bool:
        """Whether a sentence that was said comes from a move (lines with slots are not traced)."""
        return _key(sentence) in self._moves.get(move, ())

    def _note(self, move: str, lines: Iterable[str]) -> None:
        kept = self._moves.setdefault(move, set())
        for line in lines:
            kept.update(_key(sentence) for sentence in sentences(line.partition("||")[0]))


def choose(
    rng: random.Random, lines: Iterable[str], slots: Mapping[str, str], used: Collection[str], said: str = ""
) -> str:
    """A line with its slots filled of which no sentence was used before; empty when none is left.

    `said` are the user's words, against which a line's `||` pattern is held.
    """
    ready = []
    for line in lines:
        text, _, unless = line.partition("||")
        if unless and re.search(unless.strip(), said):
            continue
        filled = _fill(text.strip(), slots)
        if filled and not any(_said(sentence, used) for sentence in sentences(text.strip())):
            ready.append(filled)
    return rng.choice(ready) if ready else ""


def _said(sentence: str, used: Collection[str]) -> bool:
    """Whether the sentence was used, with whatever in its slots."""
    if "{" not in sentence:
        return _key(sentence) in used
    pattern = _shape(sentence)
    return any(pattern.fullmatch(each) for each in used)


@cache
def _shape(sentence: str) -> re.Pattern[str]:
    parts = [re.escape(_key(part)) for part in _SLOT.sub("\0", sentence).split("\0")]
    return re.compile(".+".join(f" ?{part} ?" if part else "" for part in parts))


def _fill(line: str, slots: Mapping[str, str]) -> str:
    names = _SLOT.findall(line)
    if any(not slots.get(name.lower()) for name in names):
        return ""
    return _SLOT.sub(lambda match: _slot(match[1], slots), line)


def _slot(name: str, slots: Mapping[str, str]) -> str:
    value = slots[name.lower()]
    return capitalised(value) if name[0].isupper() else value


def _key(sentence: str) -> str:
    return " ".join(words(sentence))


@cache
def bank(language: str = "en") -> Bank:
    """The one bank of a language; its lines never change."""
    return Bank(language)


def _replies(language: str) -> dict[str, dict[str, list[str]]]:
    """The tables of `replies/` by move; in the other languages those of the crisis path stand in one file."""
    if language == "en":
        return folder("replies")
    tables = dict(folder(f"replies/{language}"))
    return {**{f"crisis_{move}": groups for move, groups in tables.pop("crisis").items()}, **tables}
