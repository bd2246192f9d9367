"""What a turn means to the person: appraisal, intention, the problem of the whole talk, and a value worth reinforcing.

An appraisal is what an event means for somebody's goals (Lazarus, "Emotion and Adaptation", 1991: core relational
themes); intentions are what people in support talks seek (Burleson, "Emotional support skills", 2003); values after
Schwartz's basic human values (1992), told by the user's own words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from dialogue.data import data
from dialogue.events import Event
from dialogue.talk import Talk
from dialogue.text import words
from dialogue.understanding import situations


def appraisal(happened: Sequence[Event], emotion: str) -> str:
    """What it seems to mean to them, as a phrase after "it may be"; empty where nothing is known."""
    table: Mapping[str, str] = data("appraisals")["themes"]
    if happened:
        event = happened[-1]
        return table["feared"] if event.feared else table[event.theme]
    meant: Mapping[str, str] = data("appraisals")["emotions"]
    return meant.get(emotion, "")


def intention(talk: Talk, emotion: str) -> str:
    """What they seem to want now, as a phrase after "they seem to want"."""
    table = data("appraisals")["intentions"]
    if talk.accepted:
        return str(table["advice"])
    if talk.now.act in table:
        return str(table[talk.now.act])
    if talk.now.asks:
        return str(table["open_question"])
    if emotion == "happy":
        return str(table["good_news"])
    return str(table["tell"]) if talk.now.act in {"tell", "long", "yes", "no"} else ""


def problem(talk: Talk) -> str:
    """What runs through the whole talk, in the companion's words; empty before there is anything."""
    return str(situations().get(talk.situation, {}).get("noun", "")) if talk.situation else ""


def value(talk: Talk) -> str:
    """A strength that the user's own words of now or just before show, as a phrase after "there is"."""
    for said in (talk.now, *reversed(talk.before[-2:])):
        spoken = " ".join(words(said.text))
        for name, pattern in _values():
            if pattern.search(spoken):
                return name
    return ""


@cache
def _values() -> tuple[tuple[str, re.Pattern[str]], ...]:
    table: Mapping[str, Sequence[str]] = data("appraisals")["values"]
    return tuple(
        (name, re.compile("|".join(rf"\b(?:{pattern})\b" for pattern in each))) for name, each in table.items()
    )
