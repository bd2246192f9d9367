"""`Guard`: no clause of a model is spoken before it has been looked at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from dialogue.data import data
from dialogue.text import tidy
from dialogue.unmasking import latin

_SPACE = re.compile(r"[^a-z0-9'.?]+")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to speak: the clause itself, or `text` in its place with the `rule` it broke (empty when it broke none)."""

    text: str
    rule: str = ""


def guarded(clause: str, before: str = "") -> Verdict:
    """The clause, or a safe one in its place.

    `before` is what was already spoken of the same reply, so that a thought cut at a comma is seen whole; a rule
    counts only when its words reach into the clause.
    """
    head = _plain(before)
    text = f"{head} {_plain(clause)}".strip()
    start = len(text) - len(_plain(clause))
    for name, pattern, instead in _rules():
        if any(match.end() > start for match in pattern.finditer(text)):
            return Verdict(instead, name)
    return Verdict(clause)


def _plain(text: str) -> str:
    """Lower-case words; accents and look-alike letters are undone, so that no spelling slips by."""
    return _SPACE.sub(" ", latin(tidy(text)).lower()).strip()


@cache
def _rules() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    return tuple(
        (rule["name"], re.compile("|".join(f"(?:{pattern})" for pattern in rule["patterns"])), rule["instead"])
        for rule in data("guard")["rule"]
    )
