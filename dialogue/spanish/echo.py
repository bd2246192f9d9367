"""`echo`: a Spanish clause of the user given back in the second person, or nothing when it might come out wrong."""

from __future__ import annotations

import re
from functools import cache

from dialogue.data import data, worded
from dialogue.echo import Echo
from dialogue.spanish.tongue import plainly, unaccented

MIN_WORDS, MAX_WORDS = 3, 11
_SPLIT = re.compile(
    r"[,;:.!?¡¿()\"]+|\s+(?:y|pero|porque|aunque|así que|entonces|cuando|mientras)\s+(?=\S+\s)", re.IGNORECASE
)
_LEAD = re.compile(
    r"^(?:(?:y|pero|es que|hoy|ayer|bueno|pues|la verdad|además|últimamente|ahora|yo|que)\s+)+", re.IGNORECASE
)
_NO_VERBS = frozenset("allí aquí así ahí café sí qué mí".split())
"""Words that end as a first person does."""


def echo(text: str) -> Echo | None:
    """The clause most worth giving back: one with something hard in it, else the longest."""
    if "?" in text and len(text) < 40:
        return None
    options = [found for part in _SPLIT.split(text) if part and (found := _turned(_LEAD.sub("", part.strip())))]
    return max(options, key=lambda each: (each.grave, len(each.phrase)), default=None)


def _turned(clause: str) -> Echo | None:
    said, plain = clause.split(), list(plainly(clause))
    if len(plain) != len(said) or not _sayable(plain):
        return None
    own = plain[0] in {"mi", "mis"} and plain[1] in _sets()["relations"] | _sets()["things"]
    verb = next((at for at, word in enumerate(said[:3]) if word.lower() in _verbs()), None)
    if not own and verb is None:
        return None
    if not own:
        said[0] = said[0][:1].lower() + said[0][1:]  # what stands before a first person's verb is no name
    out = [_verbs()[word.lower()] if at == verb and not own else _shifted(word) for at, word in enumerate(said)]
    if any(word is None for word in out):
        return None
    return Echo(clause, " ".join(word for word in out if word), bool(set(plain) & _sets()["grave"]))


def _sayable(plain: list[str]) -> bool:
    """Whether a clause has the right length, an end, and nothing that should not be given back."""
    if not MIN_WORDS <= len(plain) <= MAX_WORDS or plain[-1] in _sets()["unfinished"]:
        return False
    # Who "we" are is not known.
    clean = not any(word in _sets()["unwanted"] or re.fullmatch(r"\w+mos|nos", word) for word in plain)
    return clean and not _hedges().match(" ".join(plain))


def _shifted(word: str) -> str | None:
    """One word in the second person; None for a first person that is not known."""
    low = word.lower()
    if unaccented(low) in _shift():
        return _shift()[unaccented(low)]
    if re.fullmatch(r"\w+(?:[aei]r|ndo)me", low):
        return f"{low[:-2]}te"  # "concentrarme"
    return None if re.fullmatch(r"\w+[éí]", low) and low not in _NO_VERBS else word


@cache
def _verbs() -> dict[str, str]:
    rows = [row.split() for row in data("spanish/grammar")["verbs"].replace("\n", " ").split(",") if row.strip()]
    return {first: second for first, second in rows}  # noqa: C416 - says which is which


@cache
def _shift() -> dict[str, str]:
    return {unaccented(a): b for a, b in (row.split() for row in data("spanish/grammar")["shift"].split(","))}


@cache
def _sets() -> dict[str, frozenset[str]]:
    table = data("spanish/grammar")
    return {name: frozenset(table[name].split()) for name in ("relations", "things", "unwanted", "unfinished", "grave")}


@cache
def _hedges() -> re.Pattern[str]:
    return worded(data("spanish/grammar")["hedges"])
