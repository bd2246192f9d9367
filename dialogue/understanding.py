"""`Understanding`: what the supporter makes of one message of the user."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from dialogue.act import PLEASANTRIES, TELL, act, asks, content
from dialogue.data import data, folder
from dialogue.echo import echo
from dialogue.feeling import cues, own_word
from dialogue.text import sentences, words

LONG_WORDS = 120


@dataclass(frozen=True, slots=True)
class Understanding:
    """One message: `text` without its opening pleasantry, its `act`, the `situation` it tells of (or empty).

    `word` is the adjective the user chose for their own feeling, `shade` the group of feelings it or the other words
    belong to; `person` is somebody of theirs as the companion would name them ("your sister"); `clause` is what can
    safely be given back in the second person and `phrase` the same as the user said it. `asks`: they ask something.
    """

    text: str
    act: str
    situation: str = ""
    word: str = ""
    shade: str = ""
    person: str = ""
    clause: str = ""
    phrase: str = ""
    asks: bool = False
    long: bool = False


def understand(text: str) -> Understanding:
    """Read one message; what is not there stays empty."""
    whole = act(text)
    if whole in {"silence", "foreign"}:
        return Understanding(text, whole)
    told = content(text)
    doing = act(told) if told != text or whole in PLEASANTRIES else whole
    said = " ".join(words(told))
    word, shade = own_word(told)
    given = echo(told)
    return Understanding(
        told,
        doing,
        situation(said),
        word,
        shade or _shade(told),
        _person(said),
        given.shifted if given else "",
        given.phrase if given else "",
        asks(told),
        len(said.split()) > LONG_WORDS,
    )


def situation(said: str) -> str:
    """The situation (a key of the tables in `situations/`) that most words speak of; empty when none does."""
    scores: dict[str, float] = {}
    for name, pattern, weight in _patterns():
        hits = len({match[0] for match in pattern.finditer(said)})
        if hits:
            scores[name] = weight + 0.4 * min(hits, 4)
    return max(scores, key=scores.__getitem__) if scores else ""


@cache
def situations() -> Mapping[str, dict[str, object]]:
    """Every situation by its name."""
    return {name: entry for table in folder("situations").values() for name, entry in table.items()}


def _shade(text: str) -> str:
    weights: dict[str, float] = {}
    for cue in cues(text):
        if cue.shade and not cue.negated:
            weights[cue.shade] = weights.get(cue.shade, 0.0) + cue.weight
    return max(weights, key=weights.__getitem__) if weights else ""


def _person(said: str) -> str:
    match = _relation().search(said)
    return f"your {match[1]}" if match else ""


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str], float], ...]:
    return tuple(
        (name, re.compile("|".join(rf"\b(?:{p})\b" for p in entry["patterns"])), float(entry.get("weight", 1.0)))  # type: ignore[attr-defined,arg-type]  # a TOML table
        for name, entry in situations().items()
    )


@cache
def _relation() -> re.Pattern[str]:
    names = "|".join(sorted(data("grammar")["relations"].split(), key=len, reverse=True))
    return re.compile(
        rf"\bmy ((?:(?:best|close|closest|older|younger|little|big|only|old|oldest|youngest) )?(?:{names}))\b"
    )


def told(texts: Sequence[str]) -> list[Understanding]:
    """Each of the user's earlier messages, read."""
    return [understand(text) for text in texts]


__all__ = ["TELL", "Understanding", "sentences", "situation", "situations", "told", "understand"]
