"""`act`: what the user does with their words: greets, asks for advice, complains, tells..."""

from __future__ import annotations

import re
from functools import cache

from dialogue.data import data, worded
from dialogue.feeling import NEGATIVE, cues
from dialogue.text import sentences, tidy, words

TELL = "tell"
"""The user tells something: what all the other acts are not."""
SILENCE = "silence"
FOREIGN = "foreign"
PLEASANTRIES = frozenset({"greeting", "thanks", "yes", "no", "fine", "dont_know", "there"})
"""Acts that are often only the beginning of a message that then goes on to tell something."""
OPENINGS = PLEASANTRIES | {"need_to_talk"}

GLAD = frozenset({"good_news", "better"})
"""Acts that a message cannot be while it also speaks of something hard."""

_QUESTION = re.compile(
    r"(?:and |but |so )?(?:(?:what|how|why|who|when|where) (?:is|are|can|do|did|does|should|would|could|will|am)|"
    r"(?:should|can|could|do|does|did|is|are|will|would) (?:i|you|it|we|he|she|they|there|this|that|my|the))\b"
)
_OPENING = re.compile(
    r"(?:i hope (?:it's|this is|that's|it is) (?:all right|alright|ok|okay|fine)|thanks for (?:being|listening)|"
    r"i (?:need|want|would like|just need|just want) to (?:talk|speak|vent)|sorry to (?:bother|disturb)|"
    r"i don't (?:really )?know where to (?:start|begin)|i've had a (?:hard|rough|bad) time lately)\b"
)
"""Sentences before what somebody has come to tell."""
_LATIN_STOP = frozenset(
    "je ne pas suis que est les des une mon très sens seul seule avec dans pour elle nous vous être aujourd hui ma mes "
    "ich nicht ist und der die das mir habe sehr bin auch heute bist wir mein meine keine allein ein yo no estoy "
    "muy el la los mi esta porque non sono molto mio che eu nao estou muito uma meu jag inte och jestem nie się na "
    "mam".split()
)
_ENGLISH_STOP = frozenset(
    "i you the a to and my me is it of in that was for have so but not with just he she am are do be at this what "
    "they we can all on about no yes how hello hi thanks feel it's i'm don't".split()
)


def act(text: str) -> str:
    """The name of the act, one of those in `acts.toml`, or `tell`, `silence`, `foreign`."""
    if not any(c.isalnum() for c in text):
        return SILENCE
    if _foreign(text):
        return FOREIGN
    whole = " ".join(words(text))
    parts = [" ".join(words(part)) for part in sentences(text)]
    for name, pattern, most, alone in _rules():
        for said in [whole] if alone else parts:
            if len(said.split()) <= most and pattern.search(said) and not (name in GLAD and _troubled(text)):
                return name
    return TELL


def content(text: str) -> str:
    """The message without an opening pleasantry, when something is told after it; else the message itself."""
    parts = sentences(text)
    kept = list(parts)
    while len(kept) > 1 and (act(kept[0]) in OPENINGS or _OPENING.match(" ".join(words(kept[0])))):
        kept.pop(0)
    while len(kept) > 1 and (act(kept[-1]) in {"greeting", "there"} or _courtesy(kept[-1])):
        kept.pop()
    return " ".join(kept) if kept else tidy(text)


def _courtesy(sentence: str) -> bool:
    """ "And you?", "how about you?" at the end of a message that tells something."""
    return len(words(sentence)) <= 4 and (act(sentence) == "about_you" or words(sentence)[-1:] == ("you",))


def asks(text: str) -> bool:
    """Whether the message ends in a question (also when recognised speech left out the mark)."""
    last = sentences(text)[-1:] or ("",)
    if last[0].rstrip().endswith("?"):
        return True
    return bool(_QUESTION.match(" ".join(words(last[0]))))


def _troubled(text: str) -> bool:
    """Whether the message also speaks of something hard."""
    return any(not cue.negated and max(cue.feels.get(name, 0.0) for name in NEGATIVE) > 0.3 for cue in cues(text))


def _foreign(text: str) -> bool:
    """Mostly another script, or the little words of another language and none of English."""
    letters = [c for c in text if c.isalpha()]
    if not letters:
        return False
    if sum(ord(c) > 0x24F for c in letters) > 0.4 * len(letters):
        return True
    found = re.findall(r"[^\W\d_]+", text.lower())
    other = sum(word in _LATIN_STOP for word in found)
    return len(found) >= 3 and other >= 2 and other > sum(word in _ENGLISH_STOP for word in found)


@cache
def _rules() -> tuple[tuple[str, re.Pattern[str], int, bool], ...]:
    table = data("acts")
    return tuple(
        (
            rule["name"],
            worded(rule["patterns"]),
            rule.get("most", 10_000),
            rule["name"] in table["whole"],
        )
        for rule in table["act"]
    )
