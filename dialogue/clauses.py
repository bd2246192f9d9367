"""`clauses`: streamed text cut into speakable pieces, the first as early as can be."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterable

MIN_WORDS = 3
"""A piece shorter than this waits for the next one: a voice needs a few words to find its melody."""
LONG_WORDS = 24
"""A sentence longer than this may be cut at a comma: the synthesiser should not be kept waiting."""

_BOUNDARY = re.compile(r"[.!?…]+[\"')\]]*(?=\s)|[,;:](?=\s)|\s[-–—](?=\s)|\n")
_ENDED = re.compile(r"[.!?…][\"')\]\u2019\u201d»]*\s*$")
_GOES_ON = re.compile(r"[\w,;:(–—-]\s*$")
_STRAY = re.compile(r"^[.,;:!?](?:\s+|$)|\s+(?=[.,;:!?](?:\s|$))")
_ABBREVIATION = re.compile(r"(?:\b(?:dr|mr|mrs|ms|st|prof|e\.g|i\.e|etc|vs|a\.m|p\.m)|\b[A-Z])\.$", re.IGNORECASE)


async def clauses(pieces: AsyncIterable[str]) -> AsyncGenerator[str, None]:
    """Speakable clauses of a text that comes in pieces split anywhere.

    The first leaves at the first comma or sentence end after three words or more, the others at sentence ends (or at
    a comma, once they are long). Where the pieces are split makes no difference to what comes out.
    """
    buffer, first = "", True
    async for piece in pieces:
        buffer += piece
        while (end := _cut(buffer, first)) is not None:
            ready, buffer = _plain(buffer[:end]), buffer[end:]
            if _speakable(ready):
                first = False
                yield ready
    rest = _plain(buffer)
    if _speakable(rest):
        yield rest


def ended(text: str) -> bool:
    """Whether the last sentence of a text is whole."""
    return _ENDED.search(text) is not None


def goes_on(text: str) -> bool:
    """Whether a text stops in the middle of a sentence; a picture after its last word is taken for an end."""
    return _GOES_ON.search(text) is not None


def parted(clause: str) -> list[str]:
    """The sentences of a clause as they are written; the last may go on."""
    found, start = [], 0
    for match in _BOUNDARY.finditer(clause):
        if _ends_sentence(match[0], clause[: match.end()]):
            found.append(clause[start : match.end()].strip())
            start = match.end()
    return [each for each in (*found, clause[start:].strip()) if each]


def _cut(text: str, first: bool) -> int | None:
    """Where the first speakable clause ends, as far as the text so far decides it."""
    for match in _BOUNDARY.finditer(text):
        head = text[: match.end()]
        count = len(head.split())
        if _ends_sentence(match[0], head):
            if count >= MIN_WORDS:
                return match.end()
        elif count >= (MIN_WORDS if first else LONG_WORDS):
            return match.end()
    return None


def _ends_sentence(mark: str, head: str) -> bool:
    if mark == "\n":
        return True
    return mark[0] in ".!?…" and not _ABBREVIATION.search(head)


def _speakable(clause: str) -> bool:
    return any(c.isalnum() for c in clause)


def _plain(clause: str) -> str:
    """On one line, and without what a picture or an address left: a gap before a stop, a stop alone."""
    clause = _STRAY.sub("", " ".join(clause.split()))
    return clause.removesuffix(" -").removesuffix(" –").removesuffix(" —")
