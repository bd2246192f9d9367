"""`guarded`: no clause of a model is spoken before it has been looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from dialogue.data import data
from dialogue.spanish.tongue import SPANISH, tongue
from dialogue.text import tidy
from dialogue.unmasking import unmasked

_ENDED = re.compile(r"(?<=[^\W_]{2})([.!?…,;:][.!?…\"')\]]*)(?:\s+|$)")
_MEASURED = re.compile(r"(\d)\s*(mg|mcg|µg|ml)\b", re.IGNORECASE)
_TERM = re.compile(r"<([a-z]+)>")
_LATELY = 40
"""Words of what was spoken before that are looked at: no thought is longer."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to speak: the clause itself, or `text` in its place with the `rule` it broke (empty when it broke none)."""

    text: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    """One rule in one language: what breaks it, unless `harmless` stands right before it; `instead` by language."""

    name: str
    language: str
    found: tuple[re.Pattern[str], ...]
    harmless: re.Pattern[str]
    instead: Mapping[str, str]

    def broken(self, text: str, start: int) -> bool:
        """Whether something that the rule forbids reaches beyond `start`."""
        return any(
            match.end() > start and not self.harmless.search(text[: match.start()].rstrip())
            for pattern in self.found
            for match in _every(pattern, text)
        )


def guarded(clause: str, before: str = "", language: str = "") -> Verdict:
    """The clause, or a safe one in its place, in the same `language` (ISO 639; found from the words if not given).

    `before` is what was already spoken of the same reply, so that a thought cut at a comma is seen whole; a rule
    counts only when its words reach into the clause. Both languages' rules count whatever the language is: a model may
    slip into the other.
    """
    head, own = _plain(" ".join(before.split()[-_LATELY:])), _plain(clause)
    # A comma may keep what excuses ("as you told me,") from the thought, or part the words of one; both are looked at.
    looks = tuple({f"{head} {own}".strip(): own, _joined(f"{head} {own}"): _joined(own)}.items())
    for rule in _rules():
        if any(rule.broken(text, len(text) - len(tail)) for text, tail in looks):
            spoken = language or tongue(clause) or rule.language
            return Verdict(rule.instead.get(spoken, rule.instead["en"]), rule.name)
    return Verdict(clause)


def _plain(text: str) -> str:
    """The words behind any spelling, with the mark that ends a sentence or a part of one as a word of its own."""
    # An amount is parted from its unit, which would else be read as letters ("50mcg", "somcg").
    *parts, rest = _ENDED.split(_MEASURED.sub(r"\1 \2", tidy(text)))
    pieces = [f"{unmasked(said)} {_mark(marks)}" for said, marks in zip(parts[::2], parts[1::2], strict=True)]
    return " ".join([*pieces, unmasked(rest)]).strip()


def _mark(marks: str) -> str:
    return "?" if "?" in marks else "," if marks[0] in ",;:" else "."


def _joined(text: str) -> str:
    return " ".join(text.replace(",", " ").split())


def _every(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Matches from wherever they begin, those inside an earlier one too: that one may be harmless, not the other."""
    match = pattern.search(text)
    while match:
        yield match
        match = pattern.search(text, match.start() + 1)


@cache
def _rules() -> tuple[_Rule, ...]:
    table = data("guard")
    terms: dict[str, str] = {}

    def filled(pattern: str) -> str:
        return _TERM.sub(lambda match: terms[match[1]], pattern)

    for name, pattern in table["terms"].items():
        terms[name] = filled(pattern)
    return tuple(
        _Rule(
            rule["name"],
            language,
            tuple(re.compile(filled(pattern)) for pattern in rule[f"patterns{key}"]),
            re.compile(f"(?:{'|'.join(filled(pattern) for pattern in rule[f'unless{key}'])})$"),
            {"en": rule["instead"], SPANISH: rule["instead_es"]},
        )
        for rule in table["rule"]
        for key, language in (("", "en"), ("_es", SPANISH))
    )
