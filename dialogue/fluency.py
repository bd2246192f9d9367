"""`fluency`: whether the sentences of a reply are whole and well formed, as far as plain checks can tell."""

from __future__ import annotations

import re

from dialogue.text import words

LONGEST = 30
"""Words of a sentence that can be followed by ear."""
_AFTER = "".join(f"(?<!{word} )" for word in "to in of for with on around about behind near at by".split())
"""Not after these: "what weighs on you is"."""
_FAULTS = {
    "no mark at its end": re.compile(r"[^.!?\"'”)]$"),
    "small letter at its head": re.compile(r"^[a-z]"),
    "a word twice": re.compile(r"\b(?!(?:had|that|very|really|so|no)\b)(\w+) \1\b", re.IGNORECASE),
    "an open slot": re.compile(r"[{}]|\|\|"),
    "stray marks": re.compile(r"\s[,.!?;:]|[,;:]\s*[.!?]|,,|(?<!\.)\.\.(?!\.)|\s{2,}"),
    "words that do not agree": re.compile(
        rf"\b(?:i (?:is|are|has|does|were not)|{_AFTER}you (?:is|am|was|has|does|doesn't|isn't|wasn't)|"
        r"(?:he|she|it) (?:am|are)|(?:they|we) (?:is|am|was|has)|your (?:my|me|i|you|am|is)|my your|you'm|"
        r"yours (?:own|mother|father)|to (?:is|am|was)|a (?:a|an|the)|the (?:a|an|the)|are am|you i|of i|to i)\b",
        re.IGNORECASE,
    ),
}
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def fluency(reply: str) -> float:
    """The share of a reply's sentences in which no fault is found, 0..1; 0 for an empty reply."""
    parts = _parts(reply)
    return sum(not _faults(part) for part in parts) / len(parts) if parts else 0.0


def faults(reply: str) -> tuple[str, ...]:
    """What is wrong in a reply, a plain phrase each."""
    return tuple(fault for part in _parts(reply) for fault in _faults(part))


def _parts(reply: str) -> list[str]:
    return [part for part in _SENTENCE.split(reply.strip()) if part.strip()]


def _faults(part: str) -> list[str]:
    found = [name for name, pattern in _FAULTS.items() if pattern.search(part)]
    if len(words(part)) > LONGEST:
        found.append("too long to follow")
    return found
