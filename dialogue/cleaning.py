"""`cleaned`: what a language model writes, without what cannot be spoken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import AsyncGenerator, AsyncIterable

MAX_HELD = 160
"""Characters of an open bracket or star that are waited for before it is taken for plain text."""

_THINK = re.compile(r"<(think|thinking|reasoning)>.*?</\1>", re.IGNORECASE | re.DOTALL)
_OPEN_THINK = re.compile(r"<(think|thinking|reasoning)>", re.IGNORECASE)
_ROLE = re.compile(
    r"^\W*(?:assistant|companion|supporter|therapist|counsell?or|ai|bot|system|response)\W{0,3}:\s*", re.IGNORECASE
)
_OTHER_SIDE = re.compile(r"(?:^|\n|\s)(?:user|human|seeker|client|person)\s*:.*", re.IGNORECASE | re.DOTALL)
_BOLD = re.compile(r"(\*\*|__)(.+?)\1")
_STARRED = re.compile(r"\*([^*\n]+)\*")
_BRACKETED = re.compile(r"\[[^\]\n]*\](?:\([^)\n]*\))?|<[^<>\n]{1,40}>")
_LINK = re.compile(r"\[([^\]\n]+)\]\(https?://[^)\n]*\)")
_ASIDE = re.compile(r"\(([^()\n]*)\)")
_STAGE = re.compile(
    r"\b(?:smil|nod|paus|sigh|lean|laugh|chuckl|soft|gentl|warm|quiet|listen|hug|reach|look|tear|breath|voice)\w*",
    re.IGNORECASE,
)
_LINE_MARK = re.compile(r"(?m)^\s*(?:[-*•]\s+|\d{1,2}[.)]\s+|#{1,6}\s+|>\s+)")
_SPECIAL = re.compile(r"<\|[^|>]*\|>|</?s>|```\w*")
_OPENERS = "<*([`_"


async def cleaned(pieces: AsyncIterable[str]) -> AsyncGenerator[str, None]:
    """The spoken words of a model's text: no thoughts, markdown, emoji, stage directions or role names.

    Text is held back only while a tag, star or bracket is open. What the model writes for the other side is cut off.
    """
    buffer, started = "", False
    async for piece in pieces:
        buffer += piece
        ready = _decided(buffer)
        text, buffer = buffer[:ready], buffer[ready:]
        out, ended = _clean(text, first=not started)
        if out:
            started = started or bool(out.strip())
            yield out
        if ended:
            return
    if _OPEN_THINK.search(_THINK.sub("", buffer)):
        buffer = _OPEN_THINK.split(_THINK.sub("", buffer))[0]
    out, _ = _clean(buffer, first=not started)
    if out:
        yield out


def _decided(text: str) -> int:
    """How many characters can be cleaned now: up to the last white space before anything that is still open."""
    limit = max(text.rfind(" "), text.rfind("\n")) + 1
    rest = _THINK.sub(lambda match: "\0" * len(match[0]), text)
    thought = _OPEN_THINK.search(rest)
    if thought:
        return min(limit, thought.start())
    # A role name or a half-written tag is only known at the next white space after it.
    for index, character in enumerate(rest[:limit]):
        if character in _OPENERS and not _closed(rest, index) and limit - index < MAX_HELD:
            return index
    return limit if len(rest) < 3 or not _half_role(rest[:limit]) else 0


def _half_role(text: str) -> bool:
    """Whether a role name may be under way at the end of the text, its colon still to come."""
    tail = text.strip().rsplit(maxsplit=1)[-1:] or [""]
    return bool(re.fullmatch(r"\W*(?:assistant|companion|supporter|therapist|user|human|seeker|client)\W{0,2}", tail[0],
                             re.IGNORECASE)) and len(text) < MAX_HELD  # fmt: skip


def _closed(text: str, index: int) -> bool:
    closer = {"<": ">", "(": ")", "[": "]"}.get(text[index], text[index])
    line_end = text.find("\n", index)
    found = text.find(closer, index + 1)
    if text[index] in "*_`" and text[:index].count(text[index]) % 2 == 1:
        return True  # this one is itself a closer
    return found >= 0 or line_end >= 0


def _clean(text: str, *, first: bool) -> tuple[str, bool]:
    text = _SPECIAL.sub("", _THINK.sub("", text))
    if first:
        text = _ROLE.sub("", text.lstrip())
    cut = _OTHER_SIDE.search(text)
    ended = cut is not None
    if cut:
        text = text[: cut.start()]
    text = _LINK.sub(r"\1", text)
    text = _LINE_MARK.sub("", text)
    text = _BOLD.sub(r"\2", text)
    text = _STARRED.sub(_unstarred, text)
    text = _BRACKETED.sub("", text)
    text = _ASIDE.sub(_unbracketed, text)
    text = text.replace("*", "").replace("`", "").replace("_", " ").replace("#", "")
    return "".join(c for c in text if not _pictogram(c)), ended


def _unstarred(match: re.Match[str]) -> str:
    """Starred words are a stage direction, unless they are one or two words stressed in a sentence."""
    return match[1] if len(match[1].split()) <= 2 and not _STAGE.search(match[1]) else ""


def _unbracketed(match: re.Match[str]) -> str:
    return "" if _STAGE.search(match[1]) and len(match[1].split()) <= 6 else match[1]


def _pictogram(character: str) -> bool:
    if character in "°©®™":
        return True
    category = unicodedata.category(character)
    return category in {"So", "Sk", "Cs", "Co", "Cn", "Cf"} or "\ufe00" <= character <= "\ufe0f"
