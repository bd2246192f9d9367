"""`orientation`: what day and time it is, told calmly to whoever asks or is unsure."""

from __future__ import annotations

import re
from datetime import datetime

from dialogue.text import tidy, words

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
PARTS = (
    (3, "at night"),
    (6, "early in the morning"),
    (12, "in the morning"),
    (14, "around midday"),
    (18, "in the afternoon"),
    (22, "in the evening"),
)
"""The part of the day before each hour."""
SEASONS = ("winter", "spring", "summer", "autumn")
"""Of the northern half of the world by whole months, winter from December; half a year later in the south."""

_NOUN = r"(?P<noun>time|hour|day|date|weekday|month|year|season)(?: of (?:the |this )?(?:day|week|month|year))?"
_IS = r"(?:is (?:it|today|this|now)|it(?: i|')s|(?:today|this) is|are we|we(?: a|')re|have we|(?:do )?we have|today)"
# Nothing may follow that would make it another day's: "what day is it that they come".
_END = (
    r"(?: (?:in|now|today|tonight|right|again|please|here|then|just|dear|amara|currently|at the moment))*"
    r"(?: (?:because|and|but) .*)?$"
)
_STILL = r"\bis it(?: (?:still|already|really|now))* "
_NAMES = "|".join(DAYS + MONTHS).lower()
_ASKED = (
    re.compile(rf"\b(?:what|which) {_NOUN} (?:did you say )?{_IS}{_END}"),
    re.compile(rf"\bwhat(?:'s| is) (?:the|today's) {_NOUN}(?: (?:is it|it is))?{_END}"),
    re.compile(rf"\b(?:do|would|could|can) you (?:know|have|tell me) (?:the|today's) {_NOUN}{_END}"),
    re.compile(rf"\b(?:tell|remind|give) me (?:again )?(?:of )?(?:the|today's) {_NOUN}{_END}"),
    re.compile(rf"\b(?:what|how) (?P<day>day )?is today{_END}|\bwhat's today{_END}"),
    re.compile(rf"\bis (?:it|today)(?: (?:still|already|really|now))* (?P<name>{_NAMES})(?: or \w+)?{_END}"),
    re.compile(rf"{_STILL}(?P<season>spring|summer|autumn|fall|winter)(?: or \w+)?{_END}"),
    re.compile(
        rf"{_STILL}(?:in the )?(?P<part>morning|noon|midday|afternoon|evening|night|daytime|late)(?: or \w+)?{_END}"
    ),
    re.compile(rf"\bhow (?P<part>late) is it{_END}"),
)  # fmt: skip
_LOST = re.compile(
    r"\b(?:don't|do not|can't|cannot|couldn't) (?:\w+ )?(?:know|remember|recall|tell|say|think)\b|"
    r"\b(?:not|never) (?:quite |really )?sure\b|\bunsure\b|"
    r"\b(?:forgot|forgotten|forget|confused|muddled|mixed up|no idea)\b"
)
_STRAYED = re.compile(
    r"\blost (?:all )?track of (?:the days?|the dates?|what day)\b|"
    r"\b(?:confused|muddled|mixed up) (?:about|with|over|on) (?:the|what|which) (?:days?|dates?|months?|time of day)\b|"
    r"\bmix(?:ing|ed)? up (?:the|my) days\b"
)
# Who knows it, or tells of being asked, is not told it.
_TOLD = re.compile(
    r"\bi (?:do |still |already |well |surely )?know (?:\w+ )?(?:what|which|the)\b|"
    r"\basks\b|\b(?:they|people|he|she|you|doctor|nurse) (?:\w+ )?ask(?:ed|ing)?\b"
)


def orientation(text: str, now: datetime) -> str:
    """A plain answer to a question about day, month, year, season or time, by the clock of this machine.

    Empty for anything else: other days ("what day did she come") and other times are not this machine's to know.
    """
    for clause in re.split(r"[.,;:?!]+", tidy(text)):
        said = " ".join(words(clause))
        if _TOLD.search(said):
            continue
        if _STRAYED.search(said):
            return _lost(now)
        asked = next((found for pattern in _ASKED if (found := pattern.search(said))), None)
        if asked:
            return _lost(now) if _LOST.search(said[: asked.start()]) else _answer(asked, now)
    return ""


def _answer(asked: re.Match[str], now: datetime) -> str:
    groups = asked.groupdict()
    if groups.get("part") or groups.get("noun") in {"time", "hour"}:
        return (
            _season(now) if re.search(r"\bof (?:the |this )?year\b", asked[0]) else f"It's {_clock(now)}, {_part(now)}."
        )
    if groups.get("season") or groups.get("noun") == "season":
        return _season(now)
    if groups.get("noun") == "year":
        return f"It's {now.year}. {_day(now)}."
    month = groups.get("noun") == "month" or (groups.get("name") or "").title() in MONTHS
    return f"It's {MONTHS[now.month - 1]}. {_day(now)}." if month else f"{_day(now)}."


def _lost(now: datetime) -> str:
    """For whoever is unsure: everything at once, and no word of their forgetting."""
    return f"{_day(now)}, and it's {_clock(now)}, {_part(now)}. You can ask me as often as you like."


def _season(now: datetime) -> str:
    """Which season it is; both halves of the world, since a clock does not know where it stands."""
    index = now.month % 12 // 3
    north, south = SEASONS[index], SEASONS[index - 2]
    return f"It's {MONTHS[now.month - 1]}, so {north} in the north of the world and {south} in the south."


def _day(now: datetime) -> str:
    return f"Today is {DAYS[now.weekday()]}, the {_ordinal(now.day)} of {MONTHS[now.month - 1]} {now.year}"


def _clock(now: datetime) -> str:
    hour = now.hour % 12 or 12
    return f"{hour} o'clock" if now.minute == 0 else f"{hour}:{now.minute:02}"


def _part(now: datetime) -> str:
    return next((name for hour, name in PARTS if now.hour < hour), "at night")


def _ordinal(day: int) -> str:
    ending = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"
