"""`crisis_reply`: the fixed, warm answer to danger; no model has a part in it."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from companion.types import Message, Risk
from dialogue.bank import bank, choose
from dialogue.danger import danger as judged
from dialogue.directanswer import DirectAnswer, asks, dangerous_answer, direct_answer, questions, says
from dialogue.help_lines import HelpLine
from dialogue.safety import Danger
from dialogue.talk import Talk, key
from dialogue.text import sentences
from dialogue.unmasking import unmasked

WITHIN = 8
"""Turns of the user for which a crisis goes on after they last spoke of it."""
_ANSWERS = (("refuses", "refuses"), ("together", "together"), ("reaching", "reaching"), ("safe", "safer"))
"""What is looked for in an answer, and the lines that take it up; the first that fits wins."""
OTHER_TURNS = 2
"""Turns after somebody said once that they are safe for which the path still goes on."""
VAGUE = 6
"""Words up to which an answer that is neither yes nor no is asked after once more."""
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
    asked = bool(talk.said) and asks(talk.said[-1])
    if earlier is None and asked and danger.risk is not Risk.CRISIS:
        # It asked after thoughts of self-harm or safety; the answer decides.
        return _answered(talk, danger, language)
    if danger.risk is Risk.CRISIS:
        kind = _kind(danger)
        if earlier and talk.said and _kind(earlier) == kind:
            return Crisis(kind, "urgent" if says("not_safe", said, language) else "again", language)
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
        if found.kind == "self-harm" and says("underway", unmasked(talk.now.text), tongue):
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


def _earlier(history: Sequence[Message]) -> Danger | None:
    """The crisis that the user spoke of last, in words or by an answer to a direct question; None without one.

    None, too, once it is over: they told twice that they are safe or not alone or want to speak of something else, or
    once and then spoke of other things for `OTHER_TURNS`.
    """
    own = [at for at, message in enumerate(history) if message.role == "user"]
    safe: list[int] = []  # how many turns ago, the latest first
    for since, at in enumerate(reversed(own[-WITHIN:])):
        said = history[at].content
        found = judged(said)
        before = history[at - 1].content if at and history[at - 1].role == "assistant" else ""
        language = found.language or _language(before)
        answer = direct_answer(before, said, language) if asks(before) else DirectAnswer.NONE
        if found.risk is not Risk.CRISIS and answer in {DirectAnswer.DANGER, DirectAnswer.UNSURE}:
            found = Danger(Risk.CRISIS, found.kind or "self-harm", language=language)
        if found.risk is Risk.CRISIS:
            over = len(safe) > 1 or (bool(safe) and safe[0] >= OTHER_TURNS)
            return None if over else found
        # That there is nothing near to hurt oneself with is good, and not yet safety.
        told = answer is DirectAnswer.SAFE and dangerous_answer(before) is False
        if told or _relieved(unmasked(said), language):
            safe.append(since)
    return None


def _relieved(said: str, language: str) -> bool:
    return any(says(what, said, language) for what in ("safe", "together", "elsewhere"))


def _answered(talk: Talk, found: Danger, language: str) -> Crisis | None:
    """Where the talk goes after a direct question; None when the answer speaks of something else."""
    answer = direct_answer(talk.said[-1], talk.now.text, language)
    if answer in {DirectAnswer.DANGER, DirectAnswer.UNSURE}:
        return Crisis(found.kind or "self-harm", "first", language)
    if answer is DirectAnswer.SAFE:
        return Crisis("self-harm", "cleared", language)
    if dangerous_answer(talk.said[-1]) is None:
        return None
    vague = len(unmasked(talk.now.text).split()) <= VAGUE and talk.now.act not in {"goodbye", "thanks"}
    if vague and sum(asks(text) for text in talk.said[-6:]) == 1:
        return Crisis(found.kind or "self-harm", "concern", language)
    return None


def _next(talk: Talk, said: str, language: str) -> str:
    """The group of lines for a later turn in the crisis path."""
    act = talk.now.act
    answer = direct_answer(talk.said[-1], talk.now.text, language) if talk.said and asks(talk.said[-1]) else ""
    if answer == DirectAnswer.DANGER or says("not_safe", said, language):
        return "urgent"
    if answer == DirectAnswer.SAFE:
        return "together" if says("together", said, language) else "safer"
    if act == "goodbye" or says("goodbye", said, language):
        return "leaving"
    for answer, group in _ANSWERS:
        if says(answer, said, language):
            return group
    if act in {"better", "fine", "thanks"} or says("better", said, language):
        return "safer"
    brief = says("yes", said, language) or says("no", said, language)
    return "short" if act in {"yes", "no", "dont_know", "silence"} or (brief and len(said.split()) < 4) else "hold"


def _asked_in(talk: Talk) -> str:
    """The language of the last direct question; English when there was none."""
    return _language(" ".join(talk.said[-6:]))


def _language(text: str) -> str:
    found = [questions()[key(part)] for part in sentences(text) if key(part) in questions()]
    return found[-1] if found else "en"


def _asked_lately(talk: Talk) -> bool:
    return any(asks(text) for text in talk.said[-6:])


def _since_told(talk: Talk, line: HelpLine) -> int:
    """How many replies ago a number was given."""
    for back, text in enumerate(reversed(talk.said)):
        if line.emergency in text or line.line in text or line.written in text:
            return back
    return REMIND_AFTER
