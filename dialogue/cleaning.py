"""`cleaned`: what a language model writes, without what cannot be spoken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import AsyncGenerator, AsyncIterable

MAX_HELD = 160
"""Characters of an open bracket or star that are waited for before it is taken for a stray mark."""

_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?</\1>\s*", re.IGNORECASE | re.DOTALL)
_THINKING = re.compile(r"<(?:think|thinking|reasoning)>", re.IGNORECASE)
_FENCE = re.compile("```")
_BLOCK = re.compile(r"```.*?```[^\S\n]*", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_WORDS = re.compile(r"(?:[^\W\d_]|\d|[\s'\u2019,!?¿¡-])+\.?")
_BOLD = re.compile(r"\*\*|__|#")
_STARRED = re.compile(r"[*_]([^*_\n]+)[*_]")
_LINK = re.compile(r"\[([^\]\n]+)\]\([^)\n]*\)")
_NO_WORDS = re.compile(r"\A(?:[^\w\n]|_)+")
_ADDRESSES = ("https://", "http://", "www.")
_ADDRESS = re.compile(r"[^\s<>()\[\]*`]+")
_SQUARE = re.compile(r"\[[^\]\n]*\](?!\()")
_ASIDE = re.compile(r"\(([^()\n]*)\)")
_TAG = re.compile(r"<(?:[^<>\n]{1,40}|https?://[^<>\s]+)>")
_TOKENS = (_THOUGHT, _BLOCK, _CODE, _BOLD, _STARRED, _LINK, _SQUARE, _ASIDE, _TAG)
_STAGE = re.compile(
    r"\b(?:smil|nod|paus|sigh|lean|laugh|chuckl|soft|gentl|warm|quiet|listen|hug|reach|look|tear|breath|voice)\w*",
    re.IGNORECASE,
)
_LINE_START = re.compile(r"\s*(?:(?:[-*•+]|\d{1,2}[.)]|#{1,6}|>)\s+)?")
_ROLE = re.compile(
    r"\W{0,3}(?:assistant|companion|supporter|therapist|counsell?or|ai|bot|system|response)\W{0,3}:\s*", re.IGNORECASE
)
_OTHER_SIDE = re.compile(r"\W{0,3}(?:user|human|seeker|client|person)\W{0,3}:", re.IGNORECASE)
_STOPS = ".!?…,;:-–—"
_CLOSING = " \t\n\"')]\u2019\u201d»"
_HALF_LINE = re.compile(r"\s*(?:[-*•+#>]{0,6}|\d{0,2}[.)]?)\s*\W{0,3}\w{0,12}\W{0,3}")


async def cleaned(pieces: AsyncIterable[str]) -> AsyncGenerator[str, None]:
    """The spoken words of a model's text: no thoughts, markdown, code, addresses, emoji, stage directions, role names.

    The items of a list become sentences. Text is held back only while a tag, star, bracket, address, block of code or
    the name before a line may still be open. Where the pieces are split makes no difference. What the model writes for
    the other side ends the text.
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
        self._set_apart = False  # the line is an item of a list or a heading
        self._last = ""  # what this line ends in so far, quotes and brackets aside
        self._in_word = False
        self._unstopped = False  # the line before ended without a stop
        self._item = False  # the next letter begins an item

    def feed(self, piece: str, *, last: bool = False) -> str:
        self._held += piece
        out: list[str] = []
        while self._held and not self.ended:
            begins = self._at_line_start
            step = self._line_start(last=last) if begins else self._next(last=last)
            if step is None:
                break
            step = "".join(c for c in step if not _pictogram(c))
            self._in_word = step[-1:].isalnum()
            out.append(step if begins else self._noted(step))
        if last and self._set_apart and not self.ended and (self._unstopped or _lacks_stop(self._last)):
            out.append(".")
        return "".join(out)

    def _noted(self, step: str) -> str:
        """What is let through, remembered by its last mark; an item begins with a capital."""
        self._last = step.strip(_CLOSING)[-1:] or self._last
        if self._item and step[:1].isalnum():
            self._item, step = False, step[0].upper() + step[1:]
        return step

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
        begun = mark[0] if mark else ""
        apart = bool(begun.strip())
        parted = self._set_apart or apart or role is not None or "\n" in begun or _FENCE.match(rest) is not None
        unstopped, stop = self._unstopped, "." if parted else ""
        self._held = rest[role.end() :] if role else rest
        self._at_line_start = self._unstopped = False
        self._set_apart, self._item, self._last = apart, apart, ""
        return f"{stop}\n" if unstopped else ""

    def _next(self, *, last: bool) -> str | None:
        character = self._held[0]
        if character == "\n":
            self._at_line_start = True
            self._unstopped = _lacks_stop(self._last)
        elif not self._in_word:
            address = self._address(last=last)
            if address is None:
                return None
            if address:
                self._held = self._held[address:]
                return ""
        if character not in "<*_`#[(":
            self._held = self._held[1:]
            return "" if self._at_line_start and self._unstopped else character
        return self._mark(last=last)

    def _address(self, *, last: bool) -> int | None:
        """How much of what is held is an address; None while it may still become one."""
        start = self._held[:8].lower()
        if start.startswith(_ADDRESSES):
            found = _ADDRESS.match(self._held)
            whole = found[0] if found else ""
            return None if len(whole) == len(self._held) and not last else len(whole.rstrip(_STOPS + _CLOSING))
        return None if not last and any(each.startswith(start) for each in _ADDRESSES) else 0

    def _mark(self, *, last: bool) -> str | None:
        """Take what begins with a mark; None while later pieces may still complete it."""
        for opening, whole in ((_THINKING, _THOUGHT), (_FENCE, _BLOCK)):
            if opening.match(self._held) and not whole.match(self._held):
                self._held = "" if last else self._held
                return "" if last else None
        for token in _TOKENS:
            match = token.match(self._held)
            if match and not last and match.end() == len(self._held):
                return None  # what follows may make it something longer
            if match:
                if token is _LINK and not self._last:
                    return self._opening_link(match, last=last)
                self._held = self._held[match.end() :]
                return _spoken(token, match)
        if not last and "\n" not in self._held and len(self._held) < MAX_HELD:
            return None  # what begins here may still be completed
        self._held = self._held[1:]
        return ""

    def _opening_link(self, match: re.Match[str], *, last: bool) -> str | None:
        """A link that stands alone on its line goes; of one that begins a sentence the words stay."""
        rest = self._held[match.end() :]
        after = _NO_WORDS.sub("", rest, count=1)
        if not after and not last:
            return None
        alone = not after or after[0] == "\n"
        self._held = after if alone else rest
        return "" if alone else _spoken(_LINK, match)


def _spoken(token: re.Pattern[str], match: re.Match[str]) -> str:
    """What is said of a token: stressed words and asides stay, stage directions go."""
    if token is _LINK:
        return "" if match[1].lower().startswith(_ADDRESSES) else match[1]
    if token is _CODE:
        return match[1] if _WORDS.fullmatch(match[1]) else ""
    if token is _STARRED:
        return match[1] if len(match[1].split()) <= 2 and not _STAGE.search(match[1]) else ""
    if token is _ASIDE:
        return "" if _STAGE.search(match[1]) and len(match[1].split()) <= 6 else match[1]
    return ""


def _lacks_stop(last: str) -> bool:
    """Whether a line that ends so needs a stop before the next one."""
    return bool(last) and last not in _STOPS


def _pictogram(character: str) -> bool:
    if character == "°":
        return False
    return unicodedata.category(character) in {"So", "Sk", "Cs", "Co", "Cn", "Cf"} or "\ufe00" <= character <= "\ufe0f"
