"""`remembered` and `opener`: what a companion knows of somebody, for a prompt and as its first words to them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogue.facts import Fact
from dialogue.memory import Memory
from dialogue.relevance import gravity, recency
from dialogue.telling import ago, line, yours

STALE_SEC = 60 * 86400.0
"""A worry of two months ago is not taken up unasked: it may long be over, and naming it would bring it back."""
_TIMED = frozenset({"worry", "event"})
# What is never named to somebody who has just come: death, danger, abuse, an illness that may have ended in a death.
_TENDER = re.compile(
    r"\b(?:di(?:e|ed|es|ing|ying)|dead|death|deaths|dying|passed|killed|murder\w*|funeral|buried|suicid\w*|"
    r"self.?harm\w*|abus\w*|rap(?:e|ed)|assault\w*|beat\w*|hit|hits|hurt\w*|violen\w*|miscarr\w*|stillb\w*|abortion|"
    r"lost (?:my|our|the) (?:\w+ )?(?:mum|mom|mother|dad|father|son|daughter|child|baby|brother|sister|husband|wife|partner|friend|dog|cat|"
    r"grand\w+|uncle|aunt|pregnancy|cousin)|cancer|terminal\w*|hospice|tumou?r|coma|overdos\w*|cheat\w*|trauma\w*|"
    r"body|weight|eating|sex\w*|drink\w*|drugs?|alone|lonel\w*|losing (?:my|our) (?:\w+ )?"
    r"(?:mum|mom|mother|dad|father|son|daughter|child|baby|brother|sister|husband|wife|partner|friend|mind)|myself|life)\b",
    re.IGNORECASE,
)
_ONCE = re.compile(
    r"\b(?:exams?|finals?|test|interview|presentation|audition|appointment|viva|defen[cs]e|hearing|competition|speech|"
    r"deadline|performance|recital|wedding|trip|flight)\b",
    re.IGNORECASE,
)
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
    recent = [fact for fact in known if fact.kind in _TIMED and now - fact.time < STALE_SEC and not _glad(fact)]
    heavy = [fact for fact in recent if _tender(fact)]
    sayable = [fact for fact in recent if not _tender(fact) and _spoken(fact)]
    if heavy and not any(fact.time > max(each.time for each in heavy) for fact in sayable):
        return (
            f"{hello} I'm glad you're here again. Last time you carried a lot. How are you today, if you'd like to say?"
        )
    if sayable:
        gravest = max(sayable, key=lambda fact: gravity(fact) * recency(fact, now))
        last = memory.sessions()[-1:]
        when = "Last time" if last and gravest.time >= last[0].start else "A while ago"
        return f"{hello} {when} you told me {_spoken(gravest)}. {_asked(gravest)}"
    return _HELLO.format(f" {name}" if name else "") + " How are you today?"


def _dated(fact: Fact, now: float) -> str:
    return f"{line(fact).rstrip('.')} (said {ago(now - fact.time)})."


def _spoken(fact: Fact) -> str:
    """What goes after "you told me", in few and safe words; empty where it might come out wrong."""
    text = yours(fact.text)
    short = len(text.split()) <= 8 and '"' not in text
    if fact.kind == "worry":
        about = text if fact.text.startswith("that ") else f"about {text}"
        return f"you were worried {about}" if short else ""
    first = text[:1].lower() + text[1:]
    return f"that {first}" if short and re.match(r"(?:you|your)\b", first) else ""


def _asked(fact: Fact) -> str:
    if _ONCE.search(fact.text):
        return "How did it go, or is it still ahead? Only if you want to tell me."
    return "How is that now, if you want to tell me?"


def _tender(fact: Fact) -> bool:
    return bool(_TENDER.search(f"{fact.text} {fact.sentence}"))


def _glad(fact: Fact) -> bool:
    return fact.kind == "event" and fact.valence > 0.2
