"""`believed`: what a matched phrase is worth keeping as, or nothing where it names nothing that lasts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from dialogue.data import data
from dialogue.naming import called

MOST_WORDS = 8
"""A longer phrase is no longer short: it tells a story, of which the sentence itself is the better keeper."""
MOST_EVENT = 14
_RUDE = frozenset("you your damn fuck fucking shit bitch".split())
_MEANWHILE = re.compile(r"\s*(?:before|after|during|every (?:day|night)) \w+$", re.IGNORECASE)
_SMALL = re.compile(
    r"^(?:(?:a|an|the|small|big|little|new|tiny|different|nice|quiet|large|another|my|own|old) )+", re.I
)
_PLURAL = re.compile(r"(?:s|children|grandchildren)$", re.IGNORECASE)
_TAIL = re.compile(r"^(?: (?:at|for|in|with) .+)?$")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase `said` in a clause; `relation` is whose name it is, `ends` whether the clause ends with it.

    `title`: the sentence writes every word with a capital, so that capitals say nothing. `greets`: a greeting stands
    before it.
    """

    said: str
    relation: str = ""
    ends: bool = True
    title: bool = False
    greets: bool = False


def believed(shape: str, phrase: Phrase) -> str:
    """The words to keep, by the rules of one shape of `facts.toml`; empty when they are not to be believed."""
    return _SHAPES[shape](phrase)


def table(name: str) -> frozenset[str]:
    """A list of words of `facts.toml`."""
    return _tables()[name]


def cut_short(said: str) -> str:
    """What is said before a new thought begins."""
    return _cut().split(said, maxsplit=1)[0]


def _plain(phrase: Phrase) -> str:
    """A noun phrase: cut where a new thought begins, not too long, about something that can be named."""
    cut = cut_short(phrase.said).strip(" '-")
    if not phrase.ends and cut != phrase.said.strip(" '-"):
        # What was cut off stands between the phrase and its verb.
        if not _MEANWHILE.match(phrase.said.strip()[len(cut) :]):
            return ""
        cut = phrase.said.strip(" '-")
    said = cut.lower().split()
    if not 1 <= len(said) <= MOST_WORDS or said[0] in table("pronouns") or table("unwanted").intersection(said):
        return ""
    if table("vague").intersection(said[:2]) and said[0] in {"the", "this", "that"}:
        return ""
    if said[-1] in {"the", "a", "an", "my", "to", "of", "and", "or", "in", "for", "with", "at", "about", "our"}:
        return ""
    return cut if sum(c.isalpha() for c in cut) > 2 else ""


def _name(phrase: Phrase) -> str:
    said = re.split(r"[,.!;:(]| and | but | or | because | if | for | please\b", phrase.said, maxsplit=1)[0]
    return called(said, title=phrase.title)


def _said_name(phrase: Phrase) -> str:
    """ "I'm Ana": after a greeting any capital will do, else only a well-known name."""
    name = _name(phrase)
    first = name.split()[0].lower() if name else ""
    if not name or first in table("nameless"):
        return ""
    capital = phrase.said[:1].isupper() and phrase.greets and phrase.ends and len(phrase.said.split()) == 1
    return name if capital or (first in table("names") and _nothing_after(phrase.said, name)) else ""


def _nothing_after(said: str, name: str) -> bool:
    """ "I'm Ana and ...", but not "I'm Ana's mother" or "I'm Jack of all trades"."""
    return bool(re.match(r"(?:$|[ ]*[,.!;:(]| and | from | by the way)", said[len(name) :]))


def _person(phrase: Phrase) -> str:
    names = [called(part, title=phrase.title) for part in phrase.said.split(" and ")]
    if not names[0]:
        return ""
    plural = bool(_PLURAL.search(phrase.relation)) and phrase.relation.lower() != "boss"
    return " and ".join(name for name in names if name) if plural else names[0]


def _kin(phrase: Phrase) -> str:
    said = phrase.said.lower().split()
    return "" if said[-1] in table("small") or {"no", "bad", "good"} & set(said) else phrase.said.lower()


def _age(phrase: Phrase) -> str:
    return phrase.said if 10 <= int(phrase.said) <= 99 else ""


def _occupation(phrase: Phrase) -> str:
    """An occupation among the first words, with where it is followed; never one that is a judgement."""
    said = _plain(phrase).split()
    low = [word.lower() for word in said]
    for at in range(1, min(4, len(low))):
        pair = "-".join(low[at : at + 2])
        end = at + 2 if pair in table("occupations") else at + 1
        if (low[at] in table("occupations") or end == at + 2) and not table("valued").intersection(low[1:at]):
            tail = " " + " ".join(said[end:]) if said[end:] else ""
            return " ".join(said) if _TAIL.match(tail) else ""
    return ""


def _office(phrase: Phrase) -> str:
    said = _plain(phrase).split()
    if len(said) < 2 or table("timely").intersection(word.lower() for word in said[1:]):
        return ""
    known = said[1].lower() in {"a", "an", "the", "my"} | table("sectors")
    return " ".join(said) if known or (said[1][0].isupper() and not phrase.title) else ""


def _place(phrase: Phrase) -> str:
    said = re.split(r" (?:with|for|at|and|by)\b", phrase.said, maxsplit=1)[0]
    inside = replace(phrase, said=re.sub(r"^to\b", "in", said, flags=re.IGNORECASE), ends=True)
    preposition, _, rest = _plain(inside).partition(" ")
    bare = _SMALL.sub("", rest).split()
    if not bare:
        return ""
    known = bare[0].lower() in table("places") or "-".join(bare[:2]).lower() in table("places")
    capital = bare[0][0].isupper() and not phrase.title and bare[0].lower() not in table("nameless")
    if not known and not capital:
        return ""
    return f"{preposition.lower()} {rest}"


def _household(phrase: Phrase) -> str:
    said = _plain(phrase).lower().split()
    if not said or said[0] != "with":
        return " ".join(said) if said and said[0] in {"alone", "on", "by"} else _alone(phrase)
    lasting = len(said) > 1 and said[1] in {
        "my",
        "our",
        "a",
        "two",
        "three",
        "four",
        "roommates",
        "friends",
        "flatmates",
    }
    return " ".join(said) if lasting else ""


def _alone(phrase: Phrase) -> str:
    return "alone" if phrase.said.lower() in {"alone", "on my own", "by myself"} else ""


def _help(phrase: Phrase) -> str:
    said = _plain(phrase)
    low = said.lower().split()
    if table("harmful").intersection(low) or table("denied").intersection(low):
        return ""
    small = bool(low) and (low[0] in {"the", "a", "an", "my", "our"} or low[0].endswith("ing"))
    return said[:1].lower() + said[1:] if small else said


def _liking(phrase: Phrase) -> str:
    said = _plain(phrase)
    low = said.lower().split()
    relative = re.search(_filled("{relations}|{pets}"), said, re.IGNORECASE) and low[0] in {"my", "our", "a", "the"}
    if relative or table("untasteful").intersection(low) or table("harmful").intersection(low):
        return ""
    return said


def _doing(phrase: Phrase) -> str:
    """ "(I feel better when I) walk by the sea": the same as a noun."""
    said = _plain(phrase).split()
    if not said or said[0] not in table("bases") or table("harmful").intersection(said):
        return ""
    return "" if said[0] in table("untasteful") else " ".join([_gerund(said[0]), *said[1:]])


def _gerund(verb: str) -> str:
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return verb[:-1] + "ing"
    if re.fullmatch(r"[^aeiou]*[aeiou][bdgklmnprt]", verb):
        return verb + verb[-1] + "ing"
    return verb + "ing"


def _clause(phrase: Phrase) -> str:
    """What is feared, as a clause with a subject of its own."""
    said = cut_short(phrase.said).strip(" '-")
    fits = 3 <= len(said.split()) <= MOST_EVENT and not _RUDE & set(said.lower().split())
    return said if fits and said.lower().split()[-1] not in {"the", "a", "an", "my", "to", "of", "i"} else ""


def _whole(phrase: Phrase) -> str:
    said = re.sub(r" (?:that|and|to|of|the|a|in|my|with|because|for|so|but)$", "", phrase.said.strip(" .,!;:'-"))
    low = said.lower().split()
    fits = 2 <= len(low) <= MOST_EVENT and low[0] not in table("unnamed") and not _RUDE & set(low)
    return said if fits else ""


_SHAPES: dict[str, Callable[[Phrase], str]] = {
    "phrase": _plain, "name": _name, "said": _said_name, "person": _person, "kin": _kin, "age": _age,
    "occupation": _occupation, "office": _office, "school": _plain, "place": _place, "household": _household,
    "help": _help, "liking": _liking, "deed": _doing, "clause": _clause, "whole": _whole,
}  # fmt: skip


def _filled(pattern: str) -> str:
    english = data("facts")["en"]
    for name in ("relations", "pets"):
        pattern = pattern.replace("{" + name + "}", rf"\b{english[name]}\b")
    return pattern


@cache
def _cut() -> re.Pattern[str]:
    return re.compile(data("facts")["en"]["cut"], re.IGNORECASE)


@cache
def _tables() -> dict[str, frozenset[str]]:
    english = data("facts")["en"]
    bases = {entry.split()[0] for entry in data("grammar")["verbs"].replace("\n", " ").split(",") if entry.strip()}
    tables = {name: frozenset(words.split()) for name, words in english["tables"].items()}
    return tables | {"denied": frozenset(english["denied"].split()), "bases": tables["deeds"] | bases}
