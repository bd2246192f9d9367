"""`cleaned`: what a language model writes, without what cannot be spoken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import AsyncGenerator, AsyncIterable

MAX_HELD = 160
"""Characters of an open bracket or star that are waited for before it is taken for a stray mark."""

_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?</\1>\s*", re.IGNORECASE | re.DOTALL)
_THINKING = re.compile(r"<(?:think|thinking|reasoning)>", re.IGNORECASE)
_BOLD = re.compile(r"\*\*|__|`{1,3}(?:\w+\n)?|#")
_STARRED = re.compile(r"[*_]([^*_\n]+)[*_]")
_LINK = re.compile(r"\[([^\]\n]+)\]\([^)\n]*\)")
_SQUARE = re.compile(r"\[[^\]\n]*\](?!\()")
_ASIDE = re.compile(r"\(([^()\n]*)\)")
_TAG = re.compile(r"<[^<>\n]{1,40}>")
_TOKENS = (_THOUGHT, _BOLD, _STARRED, _LINK, _SQUARE, _ASIDE, _TAG)
_STAGE = re.compile(
    r"\b(?:smil|nod|paus|sigh|lean|laugh|chuckl|soft|gentl|warm|quiet|listen|hug|reach|look|tear|breath|voice)\w*",
    re.IGNORECASE,
)
_LINE_START = re.compile(r"\s*(?:(?:[-*•]|\d{1,2}[.)]|#{1,6}|>)\s+)?")
_ROLE = re.compile(
    r"\W{0,3}(?:assistant|companion|supporter|therapist|counsell?or|ai|bot|system|response)\W{0,3}:\s*", re.IGNORECASE
)
_OTHER_SIDE = re.compile(r"\W{0,3}(?:user|human|seeker|client|person)\W{0,3}:", re.IGNORECASE)
_HALF_LINE = re.compile(r"\s*(?:[-*•#>]{0,6}|\d{0,2}[.)]?)\s*\W{0,3}\w{0,12}\W{0,3}")


async def cleaned(pieces: AsyncIterable[str]) -> AsyncGenerator[str, None]:
    """The spoken words of a model's text: no thoughts, markdown, emoji, stage directions or role names.

    Text is held back only while a tag, star, bracket or the name before a line may still be open. Where the pieces
    are split makes no difference. What the model writes for the other side ends the text.
    """
    scanner = _Scanner()
    async for piece in pieces:
        if text := scanner.feed(piece):
            yield text
        if scanner.ended:
            return
    if text := scanner.feed("", last=True):
        yield text


class _Scanner:
    """Consumes text from the front as far as it is decided what it is."""

    def __init__(self) -> None:
        self.ended = False
        self._held = ""
        self._at_line_start = True

    def feed(self, piece: str, *, last: bool = False) -> str:
        self._held += piece
        out: list[str] = []
        while self._held and not self.ended:
            step = self._line_start(last=last) if self._at_line_start else self._next(last=last)
            if step is None:
                break
            out.append(step)
        return "".join(c for c in "".join(out) if not _pictogram(c))

    def _line_start(self, *, last: bool) -> str | None:
        """Drop a list mark or role name; the other side's name ends the text."""
        if not last and _HALF_LINE.fullmatch(self._held):
            return None
        mark = _LINE_START.match(self._held)
        rest = self._held[mark.end() :] if mark else self._held
        if _OTHER_SIDE.match(rest):
            self.ended = True
            return ""
        role = _ROLE.match(rest)
        self._held = rest[role.end() :] if role else rest
        self._at_line_start = False
        return ""

    def _next(self, *, last: bool) -> str | None:
        character = self._held[0]
        if character == "\n":
            self._at_line_start = True
        if character not in "<*_`#[(":
            self._held = self._held[1:]
            return character
        return self._mark(last=last)

    def _mark(self, *, last: bool) -> str | None:
        """Take what begins with a mark; None while later pieces may still complete it."""
        if _THINKING.match(self._held) and not _THOUGHT.match(self._held):
            self._held = "" if last else self._held
            return "" if last else None
        for token in _TOKENS:
            match = token.match(self._held)
            if match and (last or match.end() < len(self._held)):
                self._held = self._held[match.end() :]
                return _spoken(token, match)
            if match:
                break  # what follows may make it something longer
        if not last and "\n" not in self._held and len(self._held) < MAX_HELD:
            return None  # what begins here may still be completed
        self._held = self._held[1:]
        return ""


def _spoken(token: re.Pattern[str], match: re.Match[str]) -> str:
    """What is said of a token: stressed words and asides stay, stage directions go."""
    if token is _LINK:
        return match[1]
    if token is _STARRED:
        return match[1] if len(match[1].split()) <= 2 and not _STAGE.search(match[1]) else ""
    if token is _ASIDE:
        return "" if _STAGE.search(match[1]) and len(match[1].split()) <= 6 else match[1]
    return ""


def _pictogram(character: str) -> bool:
    if character == "°":
        return False
    return unicodedata.category(character) in {"So", "Sk", "Cs", "Co", "Cn", "Cf"} or "\ufe00" <= character <= "\ufe0f"
