"""`LexiconReader`: the feeling of words, by a lexicon of our own with negation, degree, contrast and idioms."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from companion.types import Affect, Message, TextReading
from dialogue.data import data
from dialogue.text import sentences, tidy, words

REACH = 3
"""Words back from a feeling word in which a negator or a degree word counts."""
AFTER_BUT = 1.5
BEFORE_BUT = 0.5
"""What follows "but" is what is meant (a finding of sentiment lexicons since VADER, Hutto and Gilbert 2014)."""
EMPHASIS = 1.35
DIMINISHED = 0.6
_PASSED = frozenset(
    "so very really just feeling a bit little pretty quite extremely kind of kinda super too been still getting most "
    "completely totally always also incredibly emotionally mentally mostly absolutely truly now all lot sort".split()
)
"""Words that may stand between "I feel" and the feeling."""
_DOUBLE = frozenset("lost used down good great bad hurt cross broken low".split())
"""Words that name a feeling only when none of the next ones follows ("I'm down to my last euro")."""
_AFTER_DOUBLE = frozenset("my to the a an it at by him her them for person friends thing things people on in".split())
NEGATIVE = ("sad", "angry", "fear", "disgust", "contempt")


@dataclass(frozen=True, slots=True)
class Cue:
    """One word or phrase of feeling found in a text."""

    phrase: str
    shade: str
    feels: Mapping[str, float]
    negated: bool
    weight: float
    adjective: bool


class LexiconReader:
    """Reads feeling from words with our own small lexicon; nothing is downloaded."""

    def read(self, text: str, context: Sequence[Message] = ()) -> TextReading:  # noqa: ARG002 - words alone decide
        """The blend of what the words stand for; confidence 0 when no word of feeling was found."""
        return TextReading(blend(cues(text), exclaimed="!" in text))


def blend(found: Sequence[Cue], *, exclaimed: bool) -> Affect:
    """What the cues of one text stand for together; an exclamation mark makes it a little stronger."""
    total: dict[str, float] = {}
    for cue in found:
        for emotion, strength in _felt(cue).items():
            total[emotion] = total.get(emotion, 0.0) + cue.weight * strength
    mass = sum(total.values())
    if mass <= 0:
        return Affect.unknown("no word of feeling")
    # More evidence makes the feeling surer but never certain: strength saturates with the mass found.
    strength = 1.0 - math.exp(-1.4 * mass)
    shares = {emotion: strength * value / mass for emotion, value in total.items()}
    if exclaimed and max(shares.values()) < 0.9:
        shares = {emotion: min(1.0, 1.1 * value) for emotion, value in shares.items()}
    confidence = min(0.9, 0.35 + 0.2 * len(found) + 0.2 * strength)
    evidence = tuple(f'"{"not " if cue.negated else ""}{cue.phrase}"' for cue in found[:4])
    return Affect.mixture(shares, confidence=confidence, evidence=evidence)


def cues(text: str) -> tuple[Cue, ...]:
    """The words of feeling in a text in order, with negation, degree and contrast worked in."""
    found: list[Cue] = []
    parts = sentences(text) or (tidy(text),)
    for part in parts:
        said = list(words(part))
        # Also in speech recognised without marks, "but" divides.
        turn = max((i for i, word in enumerate(said) if word in {"but", "however", "although", "though"}), default=-1)
        found += _scan(said, turn)
    return tuple(found)


def own_word(text: str) -> tuple[str, str]:
    """The adjective with which the user names their own feeling, and its shade; empty strings when there is none."""
    best = ("", "")
    for part in sentences(text):
        said = words(part)
        for index, word in enumerate(said):
            if word in {"i'm", "feel", "feeling", "felt", "am", "i've"}:
                best = _adjective_after(said, index) or best
    return best


def _adjective_after(said: Sequence[str], index: int) -> tuple[str, str] | None:
    if said[index] in {"feel", "feeling", "felt", "am"} and not _about_self(said, index):
        return None
    at = index + 1
    while at < len(said) and said[at] in _PASSED and at - index < 6:
        at += 1
    for size in (2, 1):
        phrase = " ".join(said[at : at + size])
        entry = _lexicon().get(phrase)
        if entry and entry[2] and not _figurative(said, at, size):
            return phrase, entry[0]
    return None


def _figurative(said: Sequence[str], at: int, size: int) -> bool:
    """ "down to", "lost my", "like a", "good at": the adjective is not the feeling."""
    after = said[at + size] if at + size < len(said) else ""
    word = said[at]
    return word in _DOUBLE and after in _AFTER_DOUBLE


def _about_self(said: Sequence[str], index: int) -> bool:
    near = said[max(0, index - 4) : index]
    return index == 0 or any(word in {"i", "i'm", "me", "i've", "makes", "made", "just"} for word in near)


def _scan(said: list[str], turn: int) -> list[Cue]:
    lexicon = _lexicon()
    found = []
    at = 0
    while at < len(said):
        for size in (4, 3, 2, 1):
            phrase = " ".join(said[at : at + size])
            entry = lexicon.get(phrase) if at + size <= len(said) else None
            entry = entry or (_stemmed(phrase) if size == 1 else None)
            if entry:
                if entry[1]:
                    found.append(_cue(said, at, phrase, entry, turn))
                at += size - 1
                break
        at += 1
    return found


def _cue(said: list[str], at: int, phrase: str, entry: _Entry, turn: int) -> Cue:
    table = data("lexicon")
    before = said[max(0, at - REACH) : at]
    # "I don't know, I'm sad": a clause that begins anew is not negated by the one before.
    starts = [i for i, word in enumerate(before) if word in {"i", "i'm", "and", "but", "because", "know"}]
    near = before[starts[-1] :] if starts else before
    negated = entry[0] != "" and any(word in table["negators"] for word in near)
    if phrase in {"no hope", "no way out", "no future"}:
        negated = False
    weight = 1.0
    joined = " ".join(before)
    if any(word in before for word in table["intensifiers"]):
        weight *= EMPHASIS
    if any(word in joined.split() or (" " in word and word in joined) for word in table["diminishers"]):
        weight *= DIMINISHED
    if turn >= 0:
        weight *= AFTER_BUT if at > turn else BEFORE_BUT
    return Cue(phrase, entry[0], entry[1], negated, weight, entry[2])


def _felt(cue: Cue) -> Mapping[str, float]:
    """What a cue stands for. "Not happy" is a little sad; "not sad" is only weakly good."""
    if not cue.negated:
        return cue.feels
    positive = cue.feels.get("happy", 0.0)
    if positive:
        return {"sad": 0.55 * positive}
    negative = sum(cue.feels.get(name, 0.0) for name in NEGATIVE)
    return {"happy": 0.2 * negative} if negative else {}


_Entry = tuple[str, Mapping[str, float], bool]


@cache
def _lexicon() -> dict[str, _Entry]:
    table = data("lexicon")
    entries: dict[str, _Entry] = {}
    for group in table["shade"]:
        for word in group["words"]:
            if not word.endswith("*"):
                entries[word] = (group["name"], group["feels"], False)
        for word in group["adjectives"]:
            entries[word] = (group["name"], group["feels"], True)
    for phrase, feels in table["idioms"].items():
        entries[phrase] = ("", feels, False)
    return entries


@cache
def _stems() -> tuple[tuple[str, _Entry], ...]:
    return tuple(
        (word[:-1], (group["name"], group["feels"], False))
        for group in data("lexicon")["shade"]
        for word in group["words"]
        if word.endswith("*")
    )


@cache
def _stemmed(word: str) -> _Entry | None:
    return next((entry for stem, entry in _stems() if word.startswith(stem)), None)
