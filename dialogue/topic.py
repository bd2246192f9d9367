"""`topic`: what the user says it is about, as a phrase that can be said back in the second person."""

from __future__ import annotations

import re
from functools import cache

from dialogue.data import data
from dialogue.echo import Echo
from dialogue.spelling import spelt
from dialogue.text import sentences, tidy

MAX_WORDS = 14
_LEAD = re.compile(
    r"\b(?:struggl\w+ (?:so much )?with|deal(?:ing)? with|cop(?:e|ing) with|worried about|concerned about|"
    r"anxious about|nervous about|stressed (?:out )?(?:about|by)|upset (?:about|by|over)|sad about|scared of|afraid of|"
    r"frustrated (?:with|by|about)|overwhelmed (?:by|with)|angry (?:about|over)|guilty (?:about|for)|tired of|"
    r"(?:it's|it is|this is) (?:all )?about|(?:trouble|problems?|issues?|difficulties|a hard time) with|"
    r"going through|suffer(?:ing)? from|can't get over|thinking about)\s+",
    re.IGNORECASE,
)
_END = re.compile(
    r"[,;:.!?()\"]|\s-\s|\s(?:and|but|so|because|since|which|who|while|although|whether|when|that|if|where|after|"
    r"leading|causing|including|making|despite)\s(?=(?:i|i'm|i've|he|she|they|we|it|my|our|the|this|that|to|there|no|"
    r"is|are|was|were|a|an|not|even|various|multiple|his|her|their|me|others|\w+ing)\b)|"
    r"\s(?:leading|causing|including|making|despite|because|although)\s",
    re.IGNORECASE,
)
_SHIFT = {"my": "your", "me": "you", "myself": "yourself", "our": "your", "us": "you", "mine": "yours"}
_SUBJECTS = frozenset("i i'm i've i'd i'll we we're we've you you're your it it's this that him them".split())
"""With one of these it is a clause of its own, or points to something else."""


def topic(text: str) -> Echo | None:
    """The first such phrase of 2 to 14 words, as the user said it and turned; None when none is sure."""
    for sentence in sentences(tidy(text)):
        for match in _LEAD.finditer(sentence):
            rest = sentence[match.end() :]
            end = _END.search(rest)
            phrase = rest[: end.start()] if end else rest
            if found := _turned(phrase.strip(" .!,;'\"")):
                return found
    return None


def _turned(phrase: str) -> Echo | None:
    said = phrase.split()
    low = [word.lower() for word in said]
    if not 2 <= len(low) <= MAX_WORDS or not phrase.isascii() or low[-1] in _words("unfinished"):
        return None
    if any(word in _SUBJECTS or word in _words("unwanted") for word in low) or not spelt(low):
        return None
    if any(not re.fullmatch(r"[a-z]+(?:['-][a-z]+)*|\d{1,4}", word) for word in low):
        return None
    shifted = " ".join(_SHIFT.get(word, kept) for word, kept in zip(low, said, strict=True))
    return Echo(phrase, shifted, grave=True)


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(data("grammar")[name].split())
