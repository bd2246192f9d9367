"""`crisis_reply`: the fixed, warm answer to danger; no model has a part in it."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from companion.types import Message, Risk
from dialogue.bank import bank, choose
from dialogue.data import data
from dialogue.help_lines import HelpLine
from dialogue.safety import Danger, last_crisis
from dialogue.talk import Talk, key
from dialogue.text import sentences
from dialogue.unmasking import unmasked

WITHIN = 8
"""Turns of the user for which a crisis goes on after they last spoke of it."""
_ANSWERS = (("refuses", "refuses"), ("together", "together"), ("reaching", "reaching"), ("safe", "safer"))
"""What is looked for in an answer, and the lines that take it up; the first that fits wins."""
REMIND_AFTER = 5
"""Replies in the crisis path after which the number is given once more."""


@dataclass(frozen=True, slots=True)
class Crisis:
    """Where the talk stands: the `kind` of danger, the group of lines that answers this turn, and their language."""

    kind: str
    group: str
    language: str = "en"


def crisis(talk: Talk, danger: Danger, history: Sequence[Message]) -> Crisis | None:
    """Whether this turn is answered by the fixed path, and how; None for the ordinary conversation."""
    earlier = _earlier(history)
    said = unmasked(talk.now.text)
    language = danger.language or (earlier.language if earlier else _asked_in(talk))
    asked = bool(talk.said) and _asks(talk.said[-1])
    if earlier is None and asked and danger.risk is not Risk.CRISIS:
        # It asked after thoughts of self-harm or safety; the answer decides.
        return _answered(talk, said, danger, language)
    if danger.risk is Risk.CRISIS:
        kind = _kind(danger)
        if earlier and talk.said:
            return Crisis(kind, "urgent" if _says("not_safe", said, language) else "again", language)
        return Crisis(kind, "first", language)
    if earlier:
        return Crisis(_kind(earlier), _next(talk, said, language), language)
    if danger.risk is Risk.CONCERN and not asked and not _asked_lately(talk):
        return Crisis(danger.kind, "past" if danger.past else "concern", language)
    return None


def crisis_reply(found: Crisis, talk: Talk, line: HelpLine, rng: random.Random) -> list[str]:
    """The sentences of the fixed answer, with the numbers of the country where they belong."""
    tongue, used = found.language, talk.used()
    slots = {"emergency": line.emergency, "line": line.line}
    if tongue == "es":
        numbers = " o ".join(re.findall(r"\d[\d ]*\d", line.emergency))
        slots = {"emergency": numbers or "número de emergencias de tu país", "line": line.written}
    if found.group in {"concern", "past"}:
        lines = _lines(tongue, "concern", found.kind if found.group == "concern" else "past")
        asks = _lines(tongue, "ask", found.kind) if found.group == "concern" else []
        return [
            choose(rng, lines, slots, used) or lines[0],
            *([choose(rng, asks, slots, used) or asks[0]] if asks else []),
        ]
    if found.group == "first":
        hear, told = _lines(tongue, "hear", found.kind), _lines(tongue, "told", found.kind)
        ask = _lines(tongue, "ask", found.kind)
        if found.kind == "self-harm" and _says("underway", unmasked(talk.now.text), tongue):
            # What has begun cannot wait for a listening line.
            told, ask = _lines(tongue, "remind", "urgent"), _lines(tongue, "ask", "medical")
        return [choose(rng, hear, slots, used) or hear[0], choose(rng, told, slots, ()), choose(rng, ask, slots, ())]
    parts = _later(found, talk, line, rng, slots)
    if not talk.unasked:
        return parts
    # Who asked for no more questions is not questioned, only stayed with.
    quiet = [" ".join(each for each in sentences(part) if not each.endswith("?")) for part in parts]
    presence = _lines(tongue, "stay", "quiet")
    return [part for part in quiet if part] or [choose(rng, presence, slots, talk.used()) or presence[0]]


def _later(found: Crisis, talk: Talk, line: HelpLine, rng: random.Random, slots: dict[str, str]) -> list[str]:
    """A later turn of the path."""
    tongue, used = found.language, talk.used()
    # Each kind of danger has lines of its own; those about harming oneself fit nothing else.
    group = _lines(tongue, "stay", f"{found.kind}_{found.group}") or _lines(tongue, "stay", found.group)
    parts = [choose(rng, group, slots, used) or choose(rng, group, slots, ())]
    if found.group in {"urgent", "leaving"} or (found.group != "cleared" and _since_told(talk, line) >= REMIND_AFTER):
        urgent = "urgent" if found.group == "urgent" else "any"
        parts.append(choose(rng, _lines(tongue, "remind", urgent), slots, ()))
    return parts


def _kind(found: Danger) -> str:
    return "other" if found.other and found.kind == "self-harm" else found.kind


def _lines(language: str, move: str, *groups: str) -> list[str]:
    return bank(language).lines(f"crisis_{move}", *groups)


def _says(what: str, said: str, language: str) -> bool:
    """Whether an answer that is known in the crisis path is found in the user's words."""
    return any(re.search(pattern, said) for pattern in data("crisis_answers")[language][what])


def _earlier(history: Sequence[Message]) -> Danger | None:
    """The crisis that the user spoke of last, in words or by how they answered a direct question; None without one."""
    found = last_crisis(history, WITHIN)
    if found is not None:
        return found
    lately = [at for at, message in enumerate(history) if message.role == "user"][-WITHIN:]
    for at in reversed(lately):
        if at and history[at - 1].role == "assistant" and _asks(history[at - 1].content):
            talk = Talk.of(history[at].content, history[:at])
            language = _asked_in(talk)
            answer = _answered(talk, unmasked(history[at].content), Danger(), language)
            if answer is not None:
                return Danger(Risk.CRISIS, answer.kind, language=language) if answer.group == "first" else None
    return None


def _answered(talk: Talk, said: str, danger: Danger, language: str) -> Crisis | None:
    kind = danger.kind or "self-harm"
    if _says("not_safe", said, language):
        return Crisis(kind, "first", language)
    if _says("safe", said, language):
        return Crisis("self-harm", "cleared", language)
    yes = talk.now.act == "yes" or _says("yes", said, language)
    no = talk.now.act == "no" or _says("no", said, language)
    dangerous = _dangerous_answer(talk.said[-1])
    if not (yes or no) or dangerous is None:
        return None
    return Crisis(kind, "first", language) if yes is dangerous else Crisis("self-harm", "cleared", language)


def _dangerous_answer(asked: str) -> bool | None:
    """Whether it is a yes (true) or a no to the last direct question that tells of danger; None where neither does."""
    question = next((part for part in reversed(sentences(asked)) if key(part) in _questions()), "")
    low = question.lower()
    if "safe" in low or "a salvo" in low or "seguro" in low:
        return False
    # Who is with them tells nothing of danger either way.
    company = ("with you", "near you right now", "someone there", "contigo", "acompa")
    return None if any(words in low for words in company) and "hurt" not in low else True


def _next(talk: Talk, said: str, language: str) -> str:
    """The group of lines for a later turn in the crisis path."""
    act = talk.now.act
    if _says("not_safe", said, language):
        return "urgent"
    if act == "goodbye" or _says("goodbye", said, language):
        return "leaving"
    for answer, group in _ANSWERS:
        if _says(answer, said, language):
            return group
    if act in {"better", "fine", "thanks"} or _says("better", said, language):
        return "safer"
    brief = _says("yes", said, language) or _says("no", said, language)
    return "short" if act in {"yes", "no", "dont_know", "silence"} or (brief and len(said.split()) < 4) else "hold"


@cache
def _questions() -> dict[str, str]:
    """Every direct question of the path as bare words, and its language."""
    asked: dict[str, str] = {}
    for language in ("en", "es"):
        table = data("replies/es/crisis")["ask"] if language == "es" else data("replies/crisis_ask")
        asked |= {key(line): language for lines in table.values() for line in lines}
    return asked


def _asks(text: str) -> bool:
    return any(key(part) in _questions() for part in sentences(text))


def _asked_in(talk: Talk) -> str:
    """The language of the last direct question; English when there was none."""
    found = [
        _questions()[key(part)] for text in talk.said[-6:] for part in sentences(text) if key(part) in _questions()
    ]
    return found[-1] if found else "en"


def _asked_lately(talk: Talk) -> bool:
    return any(_asks(text) for text in talk.said[-6:])


def _since_told(talk: Talk, line: HelpLine) -> int:
    """How many replies ago a number was given."""
    for back, text in enumerate(reversed(talk.said)):
        if line.emergency in text or line.line in text or line.written in text:
            return back
    return REMIND_AFTER
