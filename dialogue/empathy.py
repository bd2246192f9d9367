"""`Empathy`: how much a reply reacts, understands and explores, by transparent measures of our own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from dialogue.data import data
from dialogue.feeling import cues
from dialogue.text import sentences, words

_EMPTY = frozenset(
    "the a an and but or so if as at in on of to for with from by about into than then that this these those it its is "
    "am are was were be been being do does did done have has had having i i'm i've i'll me my mine you you're you've "
    "your yours he she they we us them his her their who what when where why how there here not no don't didn't can't "
    "can could will would should may might just very really too also more most much many some any all one out up down "
    "get got going go been like know think feel feeling felt thing things something because which lot it's that's even "
    "only again still now back over after before want".split()
)

TELLING = 0.3
"""The strength from which a word of feeling stands for an emotion."""


@dataclass(frozen=True, slots=True)
class Empathy:
    """Three scores of one reply, each 0 (none), 1 (weak) or 2 (strong)."""

    reaction: int
    interpretation: int
    exploration: int


def empathy(reply: str, told: Sequence[str]) -> Empathy:
    """The scores of a reply to what somebody told, their last line last.

    The three mechanisms and their levels are those of Sharma et al., "A Computational Approach to Understanding
    Empathy Expressed in Text-Based Mental Health Support", EMNLP 2020. They were rated there by people and then by a
    trained model; here words decide. A reaction is warmth, strong beside a word of feeling. An interpretation is
    understanding, strong where it names the feeling or takes up at least two of the person's own words. An exploration
    is a question, strong where it asks about a feeling or about something the person named. A feeling that the
    person's last words contradict ("sad" to somebody furious) makes nothing strong. The measures see only what is said
    in so many words.
    """
    said = " ".join(words(reply))
    asked = [part for part in sentences(reply) if part.endswith("?")]
    stated = " ".join(part for part in sentences(reply) if not part.endswith("?"))
    named = _named(stated, told)
    shared = len(taken_up(stated, told))
    warm, understood = bool(warmth().search(said)), bool(_pattern("understood").search(said))
    reaction = 2 if warm and named else int(warm)
    interpretation = 2 if shared >= 2 or (understood and named) else int(understood or shared == 1)
    pointed = any(taken_up(part, told) or cues(part) for part in asked)
    return Empathy(reaction, interpretation, (2 if pointed else 1) if asked else 0)


def _named(stated: str, told: Sequence[str]) -> bool:
    """Whether a feeling is named that the person's last two lines allow."""
    found, theirs = _emotions(stated), _emotions(" ".join(told[-2:]))
    return bool(found) and (not theirs or bool(found & theirs))


def _emotions(text: str) -> frozenset[str]:
    return frozenset(
        name for cue in cues(text) if cue.shade for name, strength in cue.feels.items() if strength >= TELLING
    )


def taken_up(text: str, told: Sequence[str]) -> frozenset[str]:
    """The words of content in a text that the person used too, as bare stems; their last three lines count."""
    own = {_stem(word) for line in told[-3:] for word in words(line) if word not in _EMPTY}
    return frozenset(stem for word in words(text) if word not in _EMPTY and (stem := _stem(word)) in own)


def warmth() -> re.Pattern[str]:
    """What counts as warmth."""
    return _pattern("warm")


def affirms(reply: str) -> bool:
    """Whether something good is said of the person, or what they feel is said to be all right."""
    return bool(_pattern("affirming").search(" ".join(words(reply))))


def suggests(reply: str) -> bool:
    """Whether a reply tells what to do; asking leave for an idea does not."""
    stated = [part for part in sentences(reply) if not part.endswith("?")]
    return bool(_pattern("suggesting").search(" ".join(words(" ".join(stated)))))


def asks_for(reply: str) -> str:
    """What the last question of a reply asks for: a name of `empathy.toml`, `tell` for any other; empty for none."""
    asked = [part for part in sentences(reply) if part.endswith("?")]
    if not asked:
        return ""
    said = " ".join(words(asked[-1]))
    return next(
        (kind["name"] for kind in data("empathy")["asks"] if re.search(rf"\b(?:{kind['pattern']})", said)), "tell"
    )


def _stem(word: str) -> str:
    """A word without its commonest endings."""
    word = word.removesuffix("'s")
    for ending in ("ing", "ed", "ly", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{pattern})" for pattern in data("empathy")[name]))
