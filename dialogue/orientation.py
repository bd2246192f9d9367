"""`orientation`: what day and time it is, told calmly to whoever asks or is unsure."""

from __future__ import annotations

import re
from datetime import datetime

from dialogue.text import words

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_ASKED = (
    r"(?:what(?:'s| is)|which|do you know|tell me|remind me|can you tell me|i (?:don't|do not|can't) (?:know|remember)|"
    r"i forgot|not sure|i've no idea|is it)"
)
_TIME = re.compile(
    rf"\b{_ASKED} (?:\w+ ){{0,4}}(?:time|hour|o'clock)\b(?! (?:to|of|for|did|do|will|was|with|when)\b)|"
    r"\bis it (?:morning|evening|afternoon|night|late)\b"
)
_DAY = re.compile(
    rf"\b{_ASKED} (?:\w+ ){{0,4}}(?:day|date|month|year|season)\b"
    r"(?! (?:to|of|for|did|do|will|was|with|when|at|you|i|it was|like)\b)|"
    r"\bwhat(?:'s| is) today\b|\bis (?:it|today) (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
)
_PLAIN = re.compile(r"\bwhat (day|date|month|year|season|time) (?:is it|are we|is today|have we|do we have)\b")
_LOST = re.compile(
    r"\b(?:don't|do not|can't) (?:know|remember|tell) (?:what|which) (?:day|month|year|time)\b|"
    r"\blost track of (?:the )?(?:days?|time|date)\b"
)
PARTS = (
    (5, "in the night"),
    (12, "in the morning"),
    (14, "around midday"),
    (18, "in the afternoon"),
    (22, "in the evening"),
)


def orientation(text: str, now: datetime) -> str:
    """A plain answer to a question about day or time, by the clock of this machine; empty for anything else."""
    said = " ".join(words(text))
    if _LOST.search(said):
        return f"{_day(now)}, {_part(now)}. It's easy to lose track, and you can ask me as often as you like."
    plain = _PLAIN.search(said)
    if plain:
        return f"It's {_clock(now)}, {_part(now)}." if plain[1] == "time" else f"{_day(now)}."
    if _DAY.search(said):
        return f"{_day(now)}."
    if _TIME.search(said):
        return f"It's {_clock(now)}, {_part(now)}."
    return ""


def _day(now: datetime) -> str:
    return f"Today is {DAYS[now.weekday()]}, the {_ordinal(now.day)} of {MONTHS[now.month - 1]} {now.year}"


def _clock(now: datetime) -> str:
    hour = now.hour % 12 or 12
    return f"{hour} o'clock" if now.minute == 0 else f"{hour}:{now.minute:02}"


def _part(now: datetime) -> str:
    return next((name for hour, name in PARTS if now.hour < hour), "in the night")


def _ordinal(day: int) -> str:
    ending = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"
