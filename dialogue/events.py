"""`Event`: what happened, told without a word of feeling ("my boyfriend left me"), and how people usually take it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from dialogue.data import data, worded
from dialogue.feeling import Cue
from dialogue.text import words

AHEAD = 6
"""Words before an event in which it can be denied, wished for or feared."""
WEIGHT = 1.3
"""An event says more than a single word of feeling: nobody says these in passing."""
GOOD_NEWS = frozenset({"good news", "all clear"})
"""Events that people tell to share them."""
_DENIED = frozenset(
    "not never didn't don't doesn't haven't hasn't isn't wasn't won't nobody almost nearly hopefully hope "
    "hoped hoping praying would if unless "
    "imagine pretend dreamed wish movie film book show story song character joke joking kidding".split()
)
_FEARED = frozenset("afraid scared worried worry fear nervous anxious terrified might may could suppose".split())
_ENDINGS = {"m": "am", "ve": "have", "re": "are", "ll": "will"}
_IS = frozenset("he she it that there what everything nothing everyone nobody who".split())
_ANEW = frozenset("and but because so since then i".split())
"""Words that begin a new clause, over which a denial does not reach."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event in a text: its kind, what it means to people (`theme`), its words, and the blend it goes with.

    `feared` says that it has not happened; then the blend is mostly fear.
    """

    name: str
    theme: str
    phrase: str
    feels: Mapping[str, float]
    feared: bool

    @property
    def cue(self) -> Cue:
        """The event as the lexicon's readers take it."""
        return Cue(self.phrase, "", self.feels, False, WEIGHT, False)


def events(text: str) -> tuple[Event, ...]:
    """The events in a text, in order; those denied, wished for or made up are left out. Two never share words."""
    said, places = _spelt_out(own := words(text))
    found: list[tuple[int, int, Event]] = []
    for name, theme, feels, pattern in _patterns():
        for match in pattern.finditer(said):
            before = _clause(said[: match.start()])
            if _DENIED.intersection(before):
                continue
            feared = bool(_FEARED.intersection(before)) and feels.get("happy", 0.0) == 0
            blend = {"fear": 0.75, "sad": 0.2} if feared else feels
            phrase = " ".join(own[places[match.start()] : places[match.end() - 1] + 1])
            found.append((match.start(), match.end(), Event(name, theme, phrase, blend, feared)))
    kept: list[tuple[int, int, Event]] = []
    # The longest words fit best: "left me out" is not "left me".
    for start, end, event in sorted(found, key=lambda one: one[0] - one[1]):
        if all(end <= other[0] or start >= other[1] for other in kept):
            kept.append((start, end, event))
    return tuple(event for _, _, event in sorted(kept, key=lambda one: one[0]))


def _spelt_out(own: Sequence[str]) -> tuple[str, list[int]]:
    """The words with "i'm" as "i am" and the like, and for each letter which of the words it comes from."""
    parts: list[str] = []
    places: list[int] = []
    for at, word in enumerate(own):
        stem, _, ending = word.partition("'")
        spelt = f"{stem} {_ENDINGS[ending]}" if ending in _ENDINGS else word
        spelt = f"{stem} is" if ending == "s" and stem in _IS else spelt
        parts.append(spelt)
        places += [at] * (len(spelt) + 1)
    return " ".join(parts), places


def _clause(before: str) -> list[str]:
    """The last words before an event that belong to its clause."""
    said = before.split()[-AHEAD:]
    starts = [at for at, word in enumerate(said) if word in _ANEW and at < len(said) - 1]
    # "I'm afraid that" and "if" do reach over the subject that follows them.
    return said[starts[-1] + 1 :] if starts and not _FEARED.intersection(said) else said


@cache
def _patterns() -> tuple[tuple[str, str, Mapping[str, float], re.Pattern[str]], ...]:
    table = data("events")
    return tuple(
        (event["name"], event["theme"], event["feels"], worded(_filled(event["patterns"], table["lists"]), r"\b"))
        for event in table["event"]
    )


def _filled(patterns: list[str], lists: Mapping[str, str]) -> list[str]:
    for name, choice in lists.items():
        patterns = [pattern.replace("{" + name + "}", choice) for pattern in patterns]
    return patterns
