"""`remembered` and `opener`: what a companion knows of somebody, for a prompt and as its first words to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from dialogue.data import data
from dialogue.facts import Fact
from dialogue.memory import Memory
from dialogue.relevance import gravity, recency, stems
from dialogue.telling import ago, line, yours

STALE_SEC = 60 * 86400.0
"""A worry of two months ago is not taken up unasked: it may long be over, and naming it would bring it back."""
MOST = 20
"""Troubles that are looked at."""
_TIMED = frozenset({"worry", "event"})
_HELLO = "Hello{0}. It is good to have you back."


def remembered(facts: Sequence[Fact], now: float) -> tuple[str, ...]:
    """One plain line for each fact, for a language model; worries and events say when they were told."""
    return tuple(_dated(fact, now) if fact.kind in _TIMED else line(fact) for fact in facts)


def opener(memory: Memory, now: float) -> str:
    """The first words to somebody who comes back; empty when nothing is known of them. `now` in UTC seconds.

    They name the gravest recent worry that may be named, as a question that need not be answered. What is too tender
    for that (death, violence, grave illness, the body) is not named at all, only that the person carried much.
    """
    known = memory.facts()
    if not known:
        return ""
    name = next((fact.text for fact in known if fact.kind == "name"), "")
    hello = f"Hello {name}." if name else "Hello."
    troubles = (fact for fact in known if fact.kind in _TIMED and now - fact.time < STALE_SEC and not _glad(fact))
    recent = sorted(troubles, key=lambda fact: -gravity(fact) * recency(fact, now))[:MOST]
    last = memory.sessions()[-1:]
    heavy = [fact for fact in recent if _tender(fact)]
    sayable = [fact for fact in recent if not _tender(fact) and _spoken(fact)]
    if heavy and not any(fact.time > max(each.time for each in heavy) for fact in sayable):
        return (
            f"{hello} I'm glad you're here again. Last time you carried a lot. How are you today, if you'd like to say?"
        )
    if sayable:
        gravest = sayable[0]
        when = "Last time" if last and gravest.time >= last[0].start else "A while ago"
        return f"{hello} {when} you told me {_spoken(gravest)}. {_asked(gravest)}"
    return _HELLO.format(f" {name}" if name else "") + " How are you today?"


def reminder(facts: Sequence[Fact], text: str, before: float) -> tuple[str, int]:
    """That something was told in an earlier talk, where the text speaks of it again, and the fact's number.

    `facts` are the fittest first, `before` is when this talk began (UTC seconds). Empty and 0 where nothing fits, or
    where it is too tender to be brought up.
    """
    asked = stems(text)
    for fact in facts:
        apt = fact.kind in _TIMED and fact.time < before and bool(stems(fact.text) & asked)
        phrase = _spoken(fact) if apt and not _tender(fact) and not _glad(fact) else ""
        if phrase:
            return f"I remember you told me {phrase}.", fact.id
    return "", 0


def _dated(fact: Fact, now: float) -> str:
    return f"{line(fact).rstrip('.')} (said {ago(now - fact.time)})."


def _spoken(fact: Fact) -> str:
    """What goes after "you told me", in few and safe words; empty where it might come out wrong.

    What somebody fears to be ("that I'm a bad mother") is not said back to them, nor any hard word for themselves.
    """
    said = yours(re.sub(data("recollection")["when"], "", fact.text, flags=re.IGNORECASE))
    if len(said.split()) > 9 or '"' in said or _words("harsh").search(fact.text):
        return ""
    if fact.kind == "worry":
        return "" if fact.text.startswith("that ") else f"you were worried about {said}"
    told = said[:1].lower() + said[1:]
    return f"that {told}" if re.match(r"(?:you|your)\b", told) else ""


def _asked(fact: Fact) -> str:
    if _words("once").search(fact.text):
        return "How did it go, or is it still ahead? Only if you want to tell me."
    return "How is that now, if you want to tell me?"


def _tender(fact: Fact) -> bool:
    told = f"{fact.text} {fact.sentence}"
    lost = re.search(rf"\b(?:{data('recollection')['lost']})\b", told, re.IGNORECASE)
    return bool(lost or _words("tender").search(told))


def _glad(fact: Fact) -> bool:
    return fact.kind == "event" and fact.valence > 0.2


@cache
def _words(name: str) -> re.Pattern[str]:
    """Any of the words of a table."""
    words = f"{data('grammar')['harsh']} failure loser" if name == "harsh" else data("recollection")[name]
    return re.compile(r"\b(?:" + "|".join(words.split()).replace("*", r"\w*") + r")\b", re.IGNORECASE)
