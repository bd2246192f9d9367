"""`echo`: the user's own clause given back in the second person, or nothing when it might come out wrong."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import cache

from dialogue.data import data
from dialogue.feeling import NEGATIVE, cues, own_word
from dialogue.spelling import spelt
from dialogue.text import sentences, tidy

MIN_WORDS = 3
MAX_WORDS = 11
TELLING = 0.6
"""A clause that weighs less says too little to be worth repeating."""

_SHIFT = {
    "i": "you", "i'm": "you're", "i've": "you've", "i'd": "you'd", "i'll": "you'll", "me": "you", "my": "your",
    "mine": "yours", "myself": "yourself", "am": "are", "we": "you", "we're": "you're", "we've": "you've",
    "we'd": "you'd", "we'll": "you'll", "our": "your", "ours": "yours", "us": "you",
}  # fmt: skip
_SPLIT = re.compile(
    r"[,;:]\s+|\s*\b(?:and|but|so|because|since|cause|although|though|while|which|then|after|before|until)\b\s+"
    r"(?=(?:i|i'm|i've|i'd|i'll|we|we're|he|she|they|he's|she's|they're|my|our|it|it's|now|no one|nobody|everyone|"
    r"there|the|this|that)\b)",
    re.IGNORECASE,
)
_TAG_QUESTION = re.compile(r",? (?:you know|right|you see)\?", re.IGNORECASE)
_WANTING = frozenset("want wants wanted need needed hope hoped plan planned try tried wish wished".split())
"""What takes "to" before a verb; without it the clause is misspelt or misheard."""
_OPENERS = frozenset(
    "said says told think thinks thought know knows wish feel felt that like when if because what how as than where "
    "before after why".split()
)
"""Words after which a new clause may begin with "I"."""
_SUBJECTS = frozenset("he she they nobody everyone everybody no-one".split())


@dataclass(frozen=True, slots=True)
class Echo:
    """A clause as the user said it, and the same in the second person ("you lost your job").

    `grave`: the clause itself tells of something hard, so that a word of sympathy may follow it.
    """

    phrase: str
    shifted: str
    grave: bool = False


def echo(text: str) -> Echo | None:
    """The clause most worth giving back, or None when no clause is sure to come out as good English."""
    best: tuple[float, Echo] | None = None
    for part in sentences(_TAG_QUESTION.sub(".", tidy(text))):
        if part.rstrip().endswith("?") or not part.isascii():
            continue
        for piece in _SPLIT.split(part):
            clause = _pattern("lead").sub("", piece.strip(" .!,;:'\"()-")).strip()
            shifted = shift(clause)
            if shifted is None:
                continue
            score = _weight(clause)
            if score > TELLING and (best is None or score > best[0]):
                best = (score, Echo(clause, shifted, _grave(clause)))
    return best[1] if best else None


def shift(clause: str) -> str | None:
    """The clause in the second person; None when it is not a clean, whole, sayable clause in the first or third."""
    said = tidy(clause).strip(" .!,;").split()
    if clause.isupper():
        said = [word.lower() for word in said]
    low = [word.lower() for word in said]
    if not MIN_WORDS <= len(low) <= MAX_WORDS or not _clean(low) or _pattern("hedges").match(" ".join(low)):
        return None
    start = _subject(low)
    if start == 0 or not _verb_fits(low, start):
        return None
    out = [_turned(said, low, index) for index in range(len(low))]
    if any(word is None for word in out):
        return None
    return re.sub(r"^(you|they|we) are ", r"\1're ", " ".join(word for word in out if word))


def _turned(said: list[str], low: list[str], index: int) -> str | None:
    """One word in the second person; None where that would too easily come out wrong ("my wife and I")."""
    word, before = low[index], low[index - 1] if index else ""
    if word in {"i", "i'm", "we"} and index and before not in _OPENERS:
        return None
    if word in {"was", "wasn't"} and _first_person(low, index):
        return {"was": "were", "wasn't": "weren't"}[word]
    if word in _SHIFT:
        return _SHIFT[word]
    return said[index].lower() if index == 0 else said[index]


def _first_person(low: list[str], index: int) -> bool:
    at = index - 1
    while at >= 0 and low[at] in _sets()["adverbs"]:
        at -= 1
    return at >= 0 and low[at] in {"i", "we"}


def _clean(low: list[str]) -> bool:
    sets = _sets()
    if low[-1] in sets["unfinished"] or any(word in sets["unwanted"] for word in low):
        return False
    if any(not re.fullmatch(r"[a-z]+(?:['-][a-z]+)*|\d{1,4}", word) for word in low):
        return False
    if {"hate", "myself"} <= set(low):
        return False  # heard, but not said back
    if any(_clash(a, b) for a, b in itertools.pairwise(low)) or not spelt(low):
        return False
    # "he he", "to to": recognised speech that stumbled.
    return all(a != b for a, b in itertools.pairwise(low))


def _subject(low: list[str]) -> int:
    """How many words the subject has; 0 when it is none that can be turned safely."""
    sets = _sets()
    if low[0] in {"i", "we", "i'm", "i've", "i'd", "i'll", "we're", "we've"} or low[0] in _SUBJECTS:
        return 1
    if low[0] in {"my", "our"}:
        for size in (2, 3):
            if len(low) > size and low[size - 1] in sets["relations"] | sets["things"]:
                return size
    return 0


def _verb_fits(low: list[str], start: int) -> bool:
    sets = _sets()
    rest = [word for word in low[start:] if word not in sets["adverbs"]]
    if not rest:
        return False
    first, contraction = low[0], low[start - 1].rpartition("'")[2]
    if contraction in {"m", "re"}:
        return _state(rest)
    if contraction in {"ve", "d", "ll"}:
        return rest[0] in (sets["participles"] | {"been"} if contraction == "ve" else sets["bases"])
    if rest[0] in sets["auxiliaries"]:
        return _agrees(first, low[start - 1], rest[0]) and _goes_on(first, rest)
    plural = first in {"i", "we", "they"} or (low[start - 1].endswith("s") and low[start - 1] != "boss")
    return rest[0] in (sets["pasts"] | sets["bases"] if plural else sets["pasts"] | sets["thirds"])


def _goes_on(first: str, rest: list[str]) -> bool:
    """Whether what follows an auxiliary may follow it."""
    if rest[0] in _sets()["before_base"]:
        following = [word for word in rest[1:] if word not in {"not", "even"}]
        return bool(following) and following[0] in _sets()["bases"] | {"have", "do"}
    if first in {"i", "we"} and rest[0] in {"am", "are", "was", "were", "wasn't", "weren't", "aren't"}:
        return _state(rest[1:])
    return True


def _state(rest: list[str]) -> bool:
    """ "I'm losing...", "I was fired", "I'm in...": what happens. What somebody says they *are* is never given back.

    "So you're not good enough" would confirm the very thing that hurts.
    """
    word = rest[0] if rest else ""
    doing = word.endswith("ing") and len(word) > 4
    return doing or word in _sets()["participles"] or word in _sets()["places"]


def _agrees(first: str, noun: str, auxiliary: str) -> bool:
    many = first in {"i", "we", "they"} or (first in {"my", "our"} and noun.endswith("s") and noun != "boss")
    if auxiliary in {"is", "isn't", "has", "hasn't", "does", "doesn't"}:
        return not many
    if auxiliary in {"are", "aren't", "do", "don't", "have", "haven't", "were", "weren't"}:
        third = first in {"he", "she", "nobody", "everyone", "everybody"} or (
            first in {"my", "our"}
            and not ((noun.endswith("s") and noun != "boss") or noun in {"children", "family", "team"})
        )
        return not third and not (first == "i" and auxiliary in {"are", "aren't", "were", "weren't"})
    if auxiliary == "am":
        return first == "i"
    return not (auxiliary in {"was", "wasn't"} and many and first != "i")


def _main_verb(low: list[str]) -> str:
    """The first word after the subject that is no adverb."""
    return next((word for word in low[_subject(low) :] if word not in _sets()["adverbs"]), "")


def _grave(clause: str) -> bool:
    hard = any(not cue.negated and max(cue.feels.get(name, 0.0) for name in NEGATIVE) > 0.3 for cue in cues(clause))
    return hard or bool(_sets()["grave"] & set(clause.lower().split()))


def _weight(clause: str) -> float:
    low = clause.lower().split()
    score = sum(1.0 for word in low if word in _sets()["telling"])
    score += 0.7 * len(cues(clause))
    score += 0.5 * sum(word in _sets()["relations"] | _sets()["things"] for word in low)
    if own_word(clause)[0]:
        score -= 1.5  # the feeling itself is reflected elsewhere; the clause should tell the cause
    if _main_verb(low) in _sets()["pasts"]:
        score += 0.4  # something happened
    return score + (0.3 if low[0].startswith("i") else 0.0) - 0.05 * abs(len(low) - 6)


def _clash(word: str, following: str) -> bool:
    """ "want be", "haven't take", "didn't went": two words that cannot follow each other."""
    sets = _sets()
    if word in _WANTING:
        return following in sets["bases"]
    only_base = following in sets["bases"] and following not in sets["participles"]
    only_past = following in sets["pasts"] and following not in sets["bases"]
    if word in {"have", "haven't", "has", "hasn't", "had", "hadn't", "i've", "we've"}:
        return only_base
    return word in {"do", "don't", "does", "doesn't", "did", "didn't", "can", "can't", "will", "won't", "would",
                    "could", "couldn't", "should", "to", "might", "must"} and only_past  # fmt: skip


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """`lead`: openings to strip off, any number of them; `hedges`: clauses that tell nothing."""
    parts = "|".join(data("grammar")[name])
    return re.compile(rf"^(?:(?:{parts})\b[\s,]*)+" if name == "lead" else rf"^(?:{parts})", re.IGNORECASE)


@cache
def _sets() -> dict[str, frozenset[str]]:
    table = data("grammar")
    rows = [entry.split() for entry in table["verbs"].replace("\n", " ").split(",") if entry.strip()]
    bases = {row[0] for row in rows}
    thirds = {_third(base) for base in bases}
    pasts = {row[1] for row in rows}
    names = "relations things auxiliaries before_base places adverbs unfinished unwanted telling grave".split()
    sets = {name: frozenset(table[name].split()) for name in names}
    return sets | {
        "bases": frozenset(bases | {"be"}),
        "pasts": frozenset(pasts),
        "thirds": frozenset(thirds),
        "participles": frozenset(row[-1] for row in rows),
    }


def _third(base: str) -> str:
    if base.endswith(("s", "sh", "ch", "x", "o")):
        return base + "es"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ies"
    return "has" if base == "have" else base + "s"
