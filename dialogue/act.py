"""`act`: what the user does with their words: greets, asks for advice, complains, tells..."""

from __future__ import annotations

import re
from functools import cache

from dialogue.data import data, worded
from dialogue.events import GOOD_NEWS, events
from dialogue.feeling import NEGATIVE, cues
from dialogue.spelling import spelt
from dialogue.text import sentences, tidy, words

TELL = "tell"
"""The user tells something: what all the other acts are not."""
SILENCE = "silence"
FOREIGN = "foreign"
UNCLEAR = "unclear"
"""No words at all but keys struck at random, a row of digits or code; speech heard badly is answered alike."""
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
_CLOUDED = re.compile(
    r"\b(?:but|although|though|until|never|lost|ago|last (?:year|month)|used to|wish|don't|didn't|can't|won't|without|"
    r"not|alone|taken|ex|fault|regret\w*|jealous|envy|hate|pretend\w*|should|supposed|cancelled|ruined|died|if|"
    r"hope|hoping|nothing|numb|empty|nobody|since|when|after|before|years|the day)\b"
)
"""Words beside good news with which it may be none to the person."""
_MARVELLING = re.compile(
    r"\b(?:can't|couldn't|don't|didn't|never) (?:even |still )?(?:believe|wait|be (?:happier|more|prouder)|"
    r"stop smiling|know what to say|expect\w*|thought|think)\b"
)
"""A no that says how good it is."""
_UNREAL = re.compile(r"\b(?:if|wish|hope|hoping|never|didn't|don't|not|else|almost|nearly)\b")
_NO_NEWS = re.compile(r"\b(?:did|made) it$|(?:'m|'re| am| are) (?!just |finally |getting )(?:\w+ )?married$")
"""Too little to congratulate on: it may be anything, or long ago."""
_UNSURE = re.compile(r"\b(?:pregnant|expecting|having a baby)\b")
"""What is good news to some only: nobody is congratulated on it unasked."""
_CODE = re.compile(
    r"</?(?:script|img|iframe|svg|div|html|body|style|a href)\b|\b(?:drop table|select \* from|insert into)\b",
    re.IGNORECASE,
)
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_STRUCK = 4
"""Keys side by side from which letters are no word."""
_DIGITS = 5
_SHORTEST = 2
"""Letters of a face of marks ("<3")."""
_CLUSTER = re.compile(r"[b-df-hj-np-tv-xz]{5}")
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
    """The name of the act, one of those in `acts.toml`, or `tell`, `silence`, `foreign`, `unclear`."""
    if not any(c.isalnum() for c in text):
        return SILENCE
    if foreign(text):
        return FOREIGN
    if jumbled(text):
        return UNCLEAR
    whole = " ".join(words(text))
    parts = [" ".join(words(part)) for part in sentences(text)]
    for name, pattern, most, alone in _rules():
        for said in [whole] if alone else parts:
            match = pattern.search(said) if len(said.split()) <= most else None
            if match is None or (name in GLAD and _troubled(text)):
                continue
            if name == "good_news" and _UNREAL.search(_MARVELLING.sub(" ", said[: match.start()])):
                continue
            return name
    return "good_news" if _gladdening(text) else TELL


def jumbled(text: str) -> bool:
    """Whether a text is no language at all: keys struck at random, a long row of digits, or code."""
    if _CODE.search(text):
        return True
    said = words(text)
    if len(said) == 1 and said[0].isdigit():
        return len(said[0]) >= _DIGITS
    return any(map(_struck, said)) and not any(len(word) > 1 and spelt([word]) for word in said)


def standing_for(text: str, language: str = "en") -> str:
    """The words that a message of emoji alone stands for, by its first known one; empty for any other message."""
    bare = text.strip()
    if len(bare) > _SHORTEST and any(c.isalnum() for c in bare):
        return ""
    table = data("acts" if language == "en" else "spanish/acts")["emoji"]
    found = [(bare.find(sign), said) for said, signs in table.items() for sign in signs.split() if sign in bare]
    return min(found)[1] if found else ""


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


def _gladdening(text: str) -> bool:
    """Whether the message tells of something good that happened, and of nothing that would cloud it."""
    happened = events(text)
    good = [event.phrase for event in happened if event.name in GOOD_NEWS and not _NO_NEWS.search(event.phrase)]
    if not good or any(event.feels.get("happy", 0.0) == 0 for event in happened) or _troubled(text) or asks(text):
        return False
    rest = " ".join(words(text))
    for phrase in good:
        rest = rest.replace(phrase, " ", 1)
    unsure = any(map(_UNSURE.search, good)) and "!" not in text
    return not unsure and not _CLOUDED.search(_MARVELLING.sub(" ", rest))


def _struck(word: str) -> bool:
    """Whether a word of letters looks like keys struck in a row or at random."""
    rows = (*_ROWS, *(row[::-1] for row in _ROWS))
    runs = (word[at : at + _STRUCK] for at in range(len(word) - _STRUCK + 1))
    if any(run in row for run in runs for row in rows):
        return True
    return word.isalpha() and len(set(word)) > _STRUCK and bool(_CLUSTER.search(word))


def foreign(text: str) -> bool:
    """Whether it is mostly of another script, or has the little words of another language and none of English."""
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
