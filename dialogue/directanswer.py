"""`DirectAnswer`: what somebody answers to a direct question about their safety."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

from dialogue.data import data
from dialogue.talk import key
from dialogue.text import sentences
from dialogue.unmasking import unmasked

BRIEF = 8
"""Words up to which a yes anywhere in it is the answer ("honestly, yes")."""
_COMPANY = ("with you", "near you right now", "someone there", "contigo", "acompa")
"""Who is with them tells nothing of danger either way."""
_SAFE = ("safe", "a salvo", "seguro")


class DirectAnswer(StrEnum):
    """Danger, safety, neither clearly, or something else altogether."""

    DANGER = "danger"
    SAFE = "safe"
    UNSURE = "unsure"
    NONE = ""


def direct_answer(asked: str, answer: str, language: str) -> DirectAnswer:
    """What an answer (as typed) says to the last direct question of `asked`.

    A yes belongs to the question: to "are you safe?" it means safety, to "are you thinking of ending your life?"
    danger. A yes beats what follows it ("yes, but I won't do it"), and doubt is never taken for safety.
    """
    said = unmasked(answer)
    dangerous = dangerous_answer(asked)
    if says("not_safe", said, language):
        return DirectAnswer.DANGER
    if dangerous is None:
        return DirectAnswer.SAFE if says("safe", said, language) else DirectAnswer.NONE
    if says("unsure", said, language):
        return DirectAnswer.UNSURE
    affirmed = _affirmed(said, language)
    if affirmed is not None:
        return DirectAnswer.DANGER if affirmed is dangerous else DirectAnswer.SAFE
    return DirectAnswer.SAFE if says("safe", said, language) else DirectAnswer.NONE


def _affirmed(said: str, language: str) -> bool | None:
    """A yes (true), a no, or neither."""
    if says("yes", said, language):
        return True
    if says("no", said, language):
        return False
    return True if len(said.split()) <= BRIEF and says("yes_within", said, language) else None


def dangerous_answer(asked: str) -> bool | None:
    """Whether it is a yes (true) or a no to the last direct question that tells of danger; None where neither does."""
    question = next((part for part in reversed(sentences(asked)) if key(part) in questions()), "")
    low = question.lower()
    if not low:
        return None
    if any(words in low for words in _COMPANY) and "hurt" not in low:
        return None
    return not any(words in low for words in _SAFE)


def says(what: str, said: str, language: str) -> bool:
    """Whether an answer that is known in the crisis path is found in the user's words (as `unmasked` leaves them)."""
    return any(re.search(pattern, said) for pattern in data("crisis_answers")[language][what])


@cache
def questions() -> dict[str, str]:
    """Every direct question of the path as bare words, and its language."""
    asked: dict[str, str] = {}
    for language in ("en", "es"):
        table = data("replies/es/crisis")["ask"] if language == "es" else data("replies/crisis_ask")
        asked |= {key(line): language for lines in table.values() for line in lines}
    return asked


def asks(text: str) -> bool:
    """Whether a direct question stands in what was said."""
    return any(key(part) in questions() for part in sentences(text))
