"""`tokens`: what a text is made of for the trained reader: words, marks, emoji and how they are written."""

from __future__ import annotations

import re

from dialogue.text import tidy

NEGATORS = frozenset(
    "not no never don't doesn't didn't isn't wasn't aren't weren't can't couldn't won't wouldn't haven't hasn't hadn't "
    "ain't without nothing nobody neither nor hardly cannot shouldn't".split()
)
LONG = "<long>"
"""Stands after a word that was drawn out ("sooo")."""
LOUD = "<loud>"
"""Stands after a word in capitals, in a text that is not all capitals."""
MOST = 256
"""Tokens that are looked at. Of a longer text the end, where people say how things stand now."""

LONGEST_TEXT = 16 * MOST
"""Characters that are looked at, from the end."""
LONGEST_WORD = 40
"""Letters of one word: what is longer is no word."""

_FACE = r"[:;=8xX][-'^o]?[)(\]\[dDpP/\\|3*]+(?!\w)|<3+|\^_+\^|-_+-|[oO]_+[oO]|t_+t"
_TOKEN = re.compile(
    rf"(?P<face>{_FACE})|(?P<slot>\[[a-z]+\])|(?P<word>[^\W_]+(?:'[^\W\d_]+)*)|(?P<mark>[!?.]+)|(?P<sign>[^\s\w])",
    re.IGNORECASE,
)
_DRAWN = re.compile(r"(\w)\1{2,}")
_SKIN = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f\u200d]")


def tokens(text: str) -> tuple[str, ...]:
    """Lower-case words with contractions whole, runs of marks, emoticons and emoji, in order; at most `MOST`.

    "SOOO happy!!!" gives `soo <loud> <long> happy !!`.
    """
    said = _SKIN.sub("", tidy(text[-LONGEST_TEXT:]))
    quiet = said.upper() != said
    found: list[str] = []
    for match in _TOKEN.finditer(said):
        kind, token = match.lastgroup, match[0]
        if kind == "mark":
            found.append(_mark(token))
        elif kind == "word":
            found += _word(token, quiet)
        else:
            found.append(token.lower())
    return tuple(found[-MOST:])


def plain(text: str) -> str:
    """The text as speech recognition would give it: lower case, no marks, no emoji."""
    return " ".join(match[0] for match in _TOKEN.finditer(tidy(text).lower()) if match.lastgroup in {"word", "slot"})


def _word(token: str, quiet: bool) -> list[str]:
    low = token.lower()[:LONGEST_WORD]
    short = _DRAWN.sub(r"\1\1", low)
    out = [short]
    if quiet and len(token) > 2 and token.isupper():
        out.append(LOUD)
    if short != low and not low.isdigit():
        out.append(LONG)
    return out


def _mark(token: str) -> str:
    """ "!!!!" and "?!?" in a few classes."""
    if "!" in token and "?" in token:
        return "?!"
    if token.startswith(".") and len(token) > 1:
        return "..."
    return token[0] * min(len(token), 2)
