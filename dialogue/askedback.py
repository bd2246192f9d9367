"""`told_back`: what is said to somebody who asks what the companion remembers of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogue.facts import Fact
from dialogue.telling import addressed
from dialogue.text import words

MOST, MOST_WORDS = 3, 28
"""Facts that are told at once, and words: it is spoken."""
_NAME = re.compile(r"\b(?:what is|what's|whats|(?:do you )?(?:know|remember|recall)) my name\b|\bwho am i\b")
_OF = re.compile(
    r"\b(?:what is|what's|whats|(?:do you )?(?:know|remember|recall))(?: what)? my (\w+)(?:'s name| is called| name)\b|"
    r"\bdo you (?:still )?(?:know|remember) my (\w+)\b"
)
_ALL = re.compile(
    r"\bwhat (?:do|can) you (?:still )?(?:know|remember|recall) (?:about|of) me\b|\bdo you (?:still )?remember me\b|"
    r"\bwhat (?:did|have) i (?:ever )?(?:tell|told) you\b"
)


def told_back(text: str, facts: Sequence[Fact]) -> str:
    """The answer to a question after what was told before; empty where the text asks nothing of the kind.

    `facts`: what is remembered, the latest first.
    """
    said = " ".join(words(text))
    if _NAME.search(said):
        name = next((fact.text for fact in facts if fact.kind == "name"), "")
        return f"Your name is {name}." if name else "You haven't told me your name yet. What may I call you?"
    if match := _OF.search(said):
        about = match[1] or match[2]
        found = [fact for fact in facts if about in words(fact.text)]
        return _told(found[:1]) or f"I don't think you've told me about your {about} yet. I'd like to hear it."
    if not _ALL.search(said):
        return ""
    return _told(facts) or "Nothing from before today, I'm afraid. What would you like me to know?"


def _told(facts: Sequence[Fact]) -> str:
    chosen: list[str] = []
    for fact in facts:
        sentence = addressed(fact)
        if len(chosen) < MOST and len(" ".join([*chosen, sentence]).split()) <= MOST_WORDS:
            chosen.append(sentence)
    return " ".join(["I remember this.", *chosen, "Is that still so?"]) if chosen else ""
