"""`merged`: what becomes of a newly told fact beside those already known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dialogue.facts import Fact
from dialogue.relevance import stem, stems

_ONE_OF = frozenset(
    "mother father husband wife partner boyfriend girlfriend fiance fiancee boss twin therapist".split()
)
"""Relations of which people have one, so that another name corrects the first."""
_WIDER = frozenset({"worry", "event", "helped", "work", "study"})
"""Kinds in which the same thing may be told in more words."""


_WHEN = frozenset(
    stem(word)
    for word in "monday tuesday wednesday thursday friday saturday sunday tomorrow yesterday tonight week weeks month "
    "months year years day days next last ago coming upcoming recently".split()
)
"""The same exam is told of with another day each time."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The fact to keep (`id` 0: a new one) and the ids of those it takes the place of."""

    fact: Fact
    replaced: tuple[int, ...] = ()


def merged(new: Fact, known: Iterable[Fact]) -> Merged:
    """The same thing told again counts on and keeps its fuller words; a corrected one takes the old one's place."""
    same_kind = [fact for fact in known if fact.kind == new.kind]
    own = stems(new.text) - _WHEN
    for fact in same_kind:
        if _same(fact, new, own):
            fuller = fact if len(stems(fact.text)) > len(stems(new.text)) else new
            kept = replace(new, text=fuller.text, mentions=fact.mentions + 1, used=fact.used, id=fact.id)
            return Merged(kept)
    slot = _slot(new)
    return Merged(new, tuple(fact.id for fact in same_kind if slot and _slot(fact) == slot))


def _same(one: Fact, other: Fact, own: frozenset[str]) -> bool:
    """Whether two facts of a kind are the same thing; `own` are the stems of the second."""
    if one.text.casefold() == other.text.casefold():
        return True
    # Names keep to their exact words: two children may be called Ana and Anas.
    if one.kind not in _WIDER or not own or _slot(one) != _slot(other):
        return False
    few, many = sorted((stems(one.text) - _WHEN, own), key=len)
    return bool(few) and few <= many and 2 * len(few) >= len(many)


def _slot(fact: Fact) -> str:
    """What only one fact can fill ("name", "work as"); empty where many may stand side by side."""
    first, _, rest = fact.text.lower().partition(" ")
    if fact.kind in {"name", "age", "household"}:
        return fact.kind
    if fact.kind in {"place", "work"}:
        return f"{fact.kind} {first}"
    return f"{fact.kind} {stem(first)}" if fact.kind == "person" and rest and stem(first) in _ONE_STEMS else ""


_ONE_STEMS = frozenset(stem(word) for word in _ONE_OF)
