"""`Fact`: one thing a person told of themselves, and `facts`, which finds them in what was said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from companion.types import Risk
from dialogue.danger import danger
from dialogue.data import data
from dialogue.events import events
from dialogue.phrases import MOST_EVENT, Phrase, believed, cut_short, table
from dialogue.text import sentences, tidy

SURE = 0.72
"""Words recognised with less confidence are not believed: a misheard name would be kept for good."""
LONGEST = 4000
"""Letters of a message that are read; facts stand in its first sentences or nowhere."""
LONGEST_SENTENCE = 300
KINDS = (
    "name", "person", "pet", "age", "work", "study", "place", "household", "event", "worry", "helped", "likes",
    "dislikes",
)  # fmt: skip
_SPLIT = re.compile(
    r"\s*[,;:]\s+|\s+-+\s+(?!\d)|(?<!between)\s+(?=(?:and|but|so|because|since|cause|although|though|while|then|plus|after)\s+"
    r"(?:i|i'm|i've|i'd|i'll|my|we|we're|we've|he|she|they|he's|she's|they're|it|it's|there|there's|our|[a-z]+ing)\b)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'["«][^"»]*(?:["»]|$)|(?<![\w])\'[^\']{3,}\'(?!\w)')
_ANEW = re.compile(r"\s+(?:I|we|he|she|they|it)(?:'|\b)")
"""Recognised speech has no marks: a new subject begins a new sentence."""
_OWN = frozenset("i my we our me us".split())
_UNSAFE = frozenset("self-harm violence abuse eating psychosis substance".split())


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing told. `text` is a short phrase in the person's own words ("my exam"), `sentence` where it comes from.

    `kind` is one of `KINDS`. `time` is when it was last told and `used` when the companion last took it up (0: never),
    both in UTC seconds since 1970. `valence` is the feeling it was told in, -1..1. `mentions` counts the turns that
    told it. `id` is 0 until it is stored.
    """

    kind: str
    text: str
    sentence: str
    time: float
    valence: float = 0.0
    mentions: int = 1
    used: float = 0.0
    id: int = 0

    def as_dict(self) -> dict[str, object]:
        """Ready for JSON."""
        return {name: getattr(self, name) for name in ("id", *(n for n in self.__slots__ if n != "id"))}


@dataclass(frozen=True, slots=True)
class Heard:
    """One turn of the person: its words, when they were said (UTC seconds) and how surely they were recognised.

    `risk` is the danger they speak of, `valence` the fused feeling, `answering` what the companion had said before.
    """

    text: str
    time: float
    confidence: float = 1.0
    risk: Risk = Risk.NONE
    valence: float = 0.0
    answering: str = ""


def facts(heard: Heard) -> tuple[Fact, ...]:
    """What one turn tells of the person, in the order told; English.

    Nothing is taken from words that were recognised with little confidence, from questions, quotes, what others said,
    what is denied, wished for or supposed. Nor is anything taken from a turn in danger, nor from one that tells of harm
    to oneself or others or of abuse, however long ago: its other sentences belong to that ("My sister found me").
    """
    if heard.risk is Risk.CRISIS or heard.confidence < SURE or not any(c.isalpha() for c in heard.text):
        return ()
    found = danger(heard.text[:LONGEST])
    if found.risk is Risk.CRISIS or (found.risk is Risk.CONCERN and found.kind in _UNSAFE):
        return ()
    told: dict[tuple[str, str], Fact] = {}
    for sentence in sentences(_QUOTED.sub(' " ', tidy(heard.text[:LONGEST]))):
        if _believable(sentence):
            for kind, text in filter(lambda told: told[1], _told(sentence, heard.answering)):
                fact = Fact(kind, text, sentence[:LONGEST_SENTENCE], heard.time, heard.valence)
                told.setdefault((kind, text.lower()), fact)
    return tuple(told.values())


def _believable(sentence: str) -> bool:
    said = sentence.lower()
    found = danger(sentence)
    doubtful = (
        sentence.rstrip().endswith("?") or '"' in sentence or _rules().question.match(_rules().lead.sub("", said))
    )
    unsafe = found.kind in _UNSAFE or found.risk is Risk.CRISIS or _rules().withheld.search(said)
    return not (doubtful or unsafe or _rules().supposed.search(said))


def _told(sentence: str, answering: str) -> Iterator[tuple[str, str]]:
    """Kind and text of each fact of one sentence."""
    rules = _rules()
    greets = bool(re.match(r"(?:hi|hello|hey|good (?:morning|evening|afternoon))\b", sentence, re.IGNORECASE))
    capitals = [word[0].isupper() for word in sentence.split() if word[0].isalpha() and word[:2] not in {"I", "I'"}]
    title = len(capitals) > 3 and sum(capitals) > 0.7 * len(capitals)
    if rules.asked.search(answering):
        name = believed("name", Phrase(rules.lead.sub("", re.sub(r"^it's ", "", sentence, flags=re.I)).strip(" .!")))
        if name:
            yield "name", name
    around = Phrase("", title=title, greets=greets)
    if match := rules.corrected.search(sentence):
        yield "name", believed("name", Phrase(match["t"], title=title))
    at = 0
    sentence = rules.apposed.sub(r"\1 ", sentence)
    reported = rules.reported.search(sentence)
    for piece in _SPLIT.split(sentence):
        at = sentence.find(piece, at)
        if reported and at + len(piece) > reported.start():
            # From here on somebody else speaks; only who it is ("my sister Laura told me") is the person's own.
            yield from ((k, t) for k, t in _in_clause(sentence[at : reported.end()], around) if k in {"person", "pet"})
            return
        clause = rules.lead.sub("", piece.strip(" .!,;:()")).strip(" .!,;:()")
        if clause:
            yield from _in_clause(clause, around)


def _in_clause(clause: str, around: Phrase) -> Iterator[tuple[str, str]]:
    given: set[str] = set()
    for rule in _rules().rules:
        for match in rule.pattern.finditer(clause):
            if _denied(clause[: match.start()]):
                continue
            said, relation = match["t"], match.groupdict().get("rel") or ""
            ends = clause.endswith(said)
            text = believed(rule.shape, Phrase(said, relation, ends, around.title, around.greets))
            if text:
                given.add(rule.kind)
                yield rule.kind, rule.text.format(t=text, rel=relation.lower())
    if not given & {"event", "worry"}:
        yield from _events(clause)


def _events(clause: str) -> Iterator[tuple[str, str]]:
    """What happened, by `dialogue.events`, which reads past a name: "my sister Laura is ill" is "my sister is ill"."""
    for event in events(_rules().named.sub(r"\1", clause)):
        if event.name not in data("facts")["en"]["kept"]["events"] or event.feared:
            continue
        if _rules().passing.search(event.phrase) or not _OWN.intersection(event.phrase.replace("'", " ").split()):
            continue
        told = _around(clause, event.phrase)
        text = believed("whole", Phrase(told)) if told else ""
        if text:
            yield "event", text
            return


def _around(clause: str, phrase: str) -> str:
    """The clause up to where a new thought begins after the event; the event alone where much stands before it."""
    first, *_, last = phrase.split()
    at = clause.lower().find(last, max(0, clause.lower().find(phrase)))
    whole = clause[: at + len(last)] + _ANEW.split(cut_short(clause[at + len(last) :]))[0] if at >= 0 else ""
    before = clause.lower().partition(first)[0]
    if whole and len(whole.split()) <= MOST_EVENT and len(before.split()) <= 3 and not _rules().joined.search(before):
        return whole
    return re.sub(r"\bi\b(?!')", "I", re.sub(r"\bi'", "I'", phrase))


def _denied(before: str) -> bool:
    return bool(table("denied").intersection(re.findall(r"[a-z']+", before.lower())))


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: str
    shape: str
    text: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Rules:
    rules: tuple[_Rule, ...]
    lead: re.Pattern[str]
    supposed: re.Pattern[str]
    reported: re.Pattern[str]
    question: re.Pattern[str]
    withheld: re.Pattern[str]
    asked: re.Pattern[str]
    passing: re.Pattern[str]
    joined: re.Pattern[str]
    named: re.Pattern[str]
    corrected: re.Pattern[str]
    apposed: re.Pattern[str]


@cache
def _rules() -> _Rules:
    english: dict[str, Any] = data("facts")["en"]

    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(_filled(pattern, english), re.IGNORECASE)

    rules = tuple(
        _Rule(rule["kind"], rule["shape"], rule.get("text", "{t}"), compiled(pattern))
        for rule in english["rule"]
        for pattern in rule["patterns"]
    )
    # A name after a relation, told by its capital alone.
    named = re.compile(_filled(r"\b([Mm]y {which}(?:{relations}|{pets})) [A-Z][\w'-]+(?= )", english))
    kept = english["kept"]
    return _Rules(
        rules,
        lead=compiled("^" + english["lead"]),
        supposed=compiled(english["supposed"]),
        reported=compiled(english["reported"]),
        question=compiled(english["question"]),
        withheld=compiled(english["withheld"]),
        asked=compiled(english["asked"]["name"]),
        passing=compiled(kept["passing"]),
        joined=compiled(kept["joined"]),
        named=named,
        corrected=compiled(english["joined"]["corrected"]),
        apposed=compiled(english["joined"]["apposed"]),
    )


def _filled(pattern: str, lists: Mapping[str, Any]) -> str:
    for name in ("which", "relations", "pets", "adv", "deed", "relief", "dated", "when"):
        pattern = pattern.replace("{" + name + "}", lists[name])
    return pattern
