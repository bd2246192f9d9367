"""`Understanding`: what the supporter makes of one message of the user."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from dialogue.act import FOREIGN, PLEASANTRIES, SILENCE, UNCLEAR, act, asks, content, foreign, standing_for
from dialogue.data import data, folder, worded
from dialogue.echo import echo
from dialogue.feeling import cues, own_word
from dialogue.spanish.tongue import SPANISH, tongue
from dialogue.text import tidy, words
from dialogue.topic import topic

LONG_WORDS = 120
SURE = 0.9
"""A situation of less weight is only a mention of people or places, unless the words around it are hard ones."""


_SMALL = frozenset("child children kid kids baby dog cat pet puppy kitten crush team company family in-laws".split())
"""Not asked about as somebody to talk to."""
_SLIGHT = frozenset({"bored"})
"""Words for a feeling that are no burden, so that no weight is made of them."""
_AGAINST = frozenset("angry frustrated hurt lonely guilty hopeless scornful".split())
"""Shades of feeling that speak of trouble with somebody, as sadness or worry alone do not."""
_NEARLY = re.compile(
    r"\b(?:almost|nearly|would have|could have) died\b|"
    r"\b(?:phone|battery|laptop|computer|car|engine|tablet|tv)(?: has| just)* died\b|"
    r"\bdied (?:laughing|inside)\b|\b(?:died|dying|die) of(?= (?:embarrassment|shame|laughter|boredom|curiosity)\b)|"
    r"\bdying to\b|(?:(?<=bored)|(?<=scared)|(?<=worried)) to death\b|\bstrict but fair\b|"
    r"\b(?:less|not|not so|no longer) (?:alone|lonely|isolated)\b"
)
_TROUBLE = re.compile(
    r"\b(?:stopped|blocked|ghost\w*|unfriend\w*|left me|lied|fought|broke|"
    r"hard|difficult|problems?|issues?|trouble|against|never|won't|refus\w+|not (?:talking|speaking|there|"
    r"listening|fair|supportive)|doesn't|don't|can't|expect\w*|wants me|control\w*|too much|critici\w+|compar\w+|bad|"
    r"wrong|kick\w*|threat\w*|avoid\w*|drama|toxic|tough|demand\w*|snap\w*|distant|changed|strict|disrespect\w*|nagg?\w*)\b"
)


@dataclass(frozen=True, slots=True)
class Understanding:
    """One message: `text` without its opening pleasantry, its `act`, the `situation` it tells of (or empty).

    `word` is the adjective the user chose for their own feeling, `shade` the group of feelings it or the other words
    belong to; `person` is somebody of theirs as the companion would name them ("your sister"); `clause` is what can
    safely be given back in the second person and `phrase` the same as the user said it. `grave` says
    that this clause tells of something hard. `topic` is what they say it is about ("your exams"). `asks`: they ask
    something. `language` (ISO 639) is that of the message, and so of the reply.
    """

    text: str
    act: str
    situation: str = ""
    word: str = ""
    shade: str = ""
    person: str = ""
    clause: str = ""
    phrase: str = ""
    grave: bool = False
    asks: bool = False
    long: bool = False
    topic: str = ""
    language: str = "en"


@lru_cache(maxsize=256)
def understand(text: str, language: str = "") -> Understanding:
    """Read one message; what is not there stays empty. The newest are kept until `understand.cache_clear()`.

    `language` is that of the talk so far, for words that do not tell theirs ("ok").
    """
    if meant := standing_for(text, language or "en"):
        # Nothing of it is said back: they are our words, not theirs.
        return replace(understand(meant, language), word="", clause="", phrase="")
    own = tongue(text)
    if not own and language == SPANISH and foreign(text):
        return Understanding(text, FOREIGN, language=SPANISH)
    if (own or language) == SPANISH:
        from dialogue.spanish.understanding import understand as in_spanish

        return in_spanish(text)
    whole = act(text)
    if whole in {SILENCE, FOREIGN, UNCLEAR}:
        return Understanding(text, whole)
    told = content(text)
    doing = act(told) if told != text or whole in PLEASANTRIES else whole
    said = " ".join(words(told))
    word, shade = own_word(told)
    word, shade = ("", "") if word in _SLIGHT else (word, shade)
    given, about = echo(told), topic(told)
    if given and _NEARLY.search(given.phrase.lower()):
        given = None  # "you died of embarrassment"
    return Understanding(
        told,
        doing,
        # Whoever brings good news is not asked about the worry that it ends.
        "" if doing == "good_news" else situation(said),
        word,
        shade or _shade(told),
        _person(said),
        given.shifted if given else "",
        given.phrase if given else "",
        bool(given and given.grave),
        asks(told),
        len(said.split()) > LONG_WORDS,
        about.shifted if about else "",
    )


def situation(said: str, language: str = "en", *, hard: bool | None = None) -> str:
    """The situation (a key of the tables in `situations/`) that most words speak of; empty when none does.

    `hard`: whether the words tell of something hard; found out where it is not told.
    """
    said = _NEARLY.sub(" ", said)
    scores: dict[str, float] = {}
    for name, pattern, weight in _patterns(language):
        hits = len({match[0] for match in pattern.finditer(said)})
        if hits and (weight >= SURE or (_hard(said) if hard is None else hard)):
            scores[name] = weight + 0.4 * min(hits, 4)
    return max(scores, key=scores.__getitem__) if scores else ""


@cache
def situations(language: str = "en") -> Mapping[str, dict[str, object]]:
    """Every situation by its name."""
    place = "situations" if language == "en" else f"situations/{language}"
    return {name: entry for table in folder(place).values() for name, entry in table.items()}


def _hard(said: str) -> bool:
    found = any(cue.shade in _AGAINST and not cue.negated for cue in cues(said))
    return found or bool(_TROUBLE.search(said)) or _not_happy(said)


def _not_happy(said: str) -> bool:
    return any(cue.negated and cue.feels.get("happy", 0.0) > 0.2 for cue in cues(said))


def _shade(text: str) -> str:
    weights: dict[str, float] = {}
    for cue in cues(_NEARLY.sub(" ", tidy(text).lower())):
        if cue.phrase not in _SLIGHT and cue.shade and not cue.negated and not _anothers(text, cue.phrase):
            weights[cue.shade] = weights.get(cue.shade, 0.0) + cue.weight
    return max(weights, key=weights.__getitem__) if weights else ""


def _anothers(text: str, phrase: str) -> bool:
    """Whether the feeling is somebody else's: the nearest subject before it is a third person."""
    head = " ".join(words(text)).partition(phrase)[0].split()[-8:]
    relations = data("grammar")["relations"].split()
    for index in reversed(range(len(head))):
        word, following = head[index], head[index + 1 : index + 3]
        if word == "my" and any(each in relations for each in following):
            return True
        if word in {"he", "she", "they", "he's", "she's", "they're", "you", "you're"}:
            return True
        if word in {"i", "i'm", "i've", "me", "my", "we", "we're", "makes", "made"}:
            return False
    return False


def _person(said: str) -> str:
    match = _relation().search(said)
    return f"your {match[1]}" if match and match[1].split()[-1] not in _SMALL else ""


@cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str], float], ...]:
    return tuple(
        (name, worded(entry["patterns"], r"\b"), float(entry.get("weight", 1.0)))  # type: ignore[arg-type]  # a TOML table
        for name, entry in situations(language).items()
    )


@cache
def _relation() -> re.Pattern[str]:
    names = "|".join(sorted(data("grammar")["relations"].split(), key=len, reverse=True))
    return re.compile(
        rf"\bmy ((?:(?:best|close|closest|older|younger|little|big|only|old|oldest|youngest) )?(?:{names}))\b"
    )


def weight(name: str) -> float:
    """How telling a situation is; 0 for none."""
    value = situations().get(name, {}).get("weight", 1.0) if name else 0.0
    return float(value) if isinstance(value, (int, float)) else 1.0
