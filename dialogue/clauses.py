"""`clauses`: streamed text cut into speakable pieces, the first as early as can be."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterable

MIN_WORDS = 3
"""A piece shorter than this waits for the next one: a voice needs a few words to find its melody."""
LONG_WORDS = 24
"""A sentence longer than this may be cut at a comma: the synthesiser should not be kept waiting."""

_BOUNDARY = re.compile(r"[.!?…]+[\"')\]]*(?=\s)|[,;:](?=\s)|\s[-–—](?=\s)|\n")
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
            ready, buffer = buffer[:end].strip(), buffer[end:]
            first = False
            yield _plain(ready)
    rest = _plain(buffer.strip())
    if any(c.isalnum() for c in rest):
        yield rest


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


def _plain(clause: str) -> str:
    return " ".join(clause.split()).strip().removesuffix(" -").removesuffix(" –").removesuffix(" —")
