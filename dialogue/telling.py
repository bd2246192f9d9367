"""`theirs` and `yours`: a person's own words about themselves, told of them or to them."""

from __future__ import annotations

import re

from dialogue.facts import Fact
from dialogue.text import capitalised

_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
_THIRD = {
    "i": "they", "i'm": "they're", "i've": "they've", "i'd": "they'd", "i'll": "they'll", "me": "them", "my": "their",
    "mine": "theirs", "myself": "themselves", "we": "they", "we're": "they're", "we've": "they've", "we'll": "they'll",
    "our": "their", "ours": "theirs", "us": "them", "am": "are",
}  # fmt: skip
_SECOND = {
    "i": "you", "i'm": "you're", "i've": "you've", "i'd": "you'd", "i'll": "you'll", "me": "you", "my": "your",
    "mine": "yours", "myself": "yourself", "we": "you", "we're": "you're", "we've": "you've", "we'll": "you'll",
    "our": "your", "ours": "yours", "us": "you", "am": "are",
}  # fmt: skip
_TO_THEM = {
    "they": "you",
    "they're": "you're",
    "their": "your",
    "them": "you",
    "theirs": "yours",
    "themselves": "yourself",
}
_FIRST = frozenset({"i", "we"})
_ADVERBS = frozenset("just recently finally really also still always never only".split())
_LINES = {
    "name": "Their name is {0}.", "age": "They are {0} years old.", "work": "They work {0}.",
    "study": "They study {0}.",
    "household": "They live {0}.", "worry": "They were worried {0}.", "helped": "What helped them: {0}.",
    "likes": "They like {0}.", "dislikes": "They dislike {0}.",
}  # fmt: skip


def theirs(text: str) -> str:
    """ "I lost my job" as "they lost their job"."""
    return _turned(text, _THIRD)


def yours(text: str) -> str:
    """ "my exam" as "your exam"."""
    return _turned(text, _SECOND)


def line(fact: Fact) -> str:
    """One fact as a plain sentence about the person."""
    text = theirs(fact.text)
    if fact.kind in {"person", "pet"}:
        relation, name = _named(fact.text)
        if name:
            return f"Their {relation} {'are' if ' and ' in name else 'is'} called {name}."
        return f"They have {text}."
    if fact.kind == "worry":
        text = text if fact.text.startswith("that ") else f"about {text}"
    if fact.kind == "place":
        return f"They {'are' if fact.text.startswith('from ') else 'live'} {text}."
    if fact.kind == "study" and fact.text.startswith(("in ", "at ")):
        return f"They study: {text}."
    return capitalised(_LINES.get(fact.kind, "{0}.").format(text))


def addressed(fact: Fact) -> str:
    """One fact as a sentence to the person: "Your sister is called Laura."."""
    return _turned(line(fact), _TO_THEM)


def ago(seconds: float) -> str:
    """How long ago, as one says it."""
    days = int(max(0.0, seconds) // 86400)
    if days < 14:
        return ("today", "yesterday")[days] if days < 2 else f"{days} days ago"
    if days < 60:
        return f"{days // 7} weeks ago"
    return f"{days // 30} months ago" if days < 730 else f"{days // 365} years ago"


def _named(text: str) -> tuple[str, str]:
    """The relation and the name of "best friend Laura"; the name is empty for "two kids"."""
    parts = text.split()
    at = next((index for index, word in enumerate(parts) if word[:1].isupper()), len(parts))
    return " ".join(parts[:at]), " ".join(parts[at:]) if at else ""


def _turned(text: str, table: dict[str, str]) -> str:
    out, subject = [], False
    at = 0
    for match in _WORD.finditer(text):
        word = match[0].lower()
        new = table.get(word, match[0])
        if subject and word in {"was", "wasn't"}:
            new = {"was": "were", "wasn't": "weren't"}[word]
        elif word in table and match[0][:1].isupper() and word[:1] != "i":
            new = new.capitalize()
        subject = word in _FIRST or (subject and word in _ADVERBS)
        out += [text[at : match.start()], new]
        at = match.end()
    return "".join(out) + text[at:]
