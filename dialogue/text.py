"""Plain text: tidied spelling marks, tokens and sentences of typed, transcribed or recognised English."""

from __future__ import annotations

import re

_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})
_SPACED_APOSTROPHE = re.compile(r"(?<=[A-Za-z]) ?' ?(?=(?:s|t|m|re|ve|ll|d)\b)")
_SPACED_MARK = re.compile(r"\s+([,.!?;:])")
_BARE_CONTRACTIONS = {
    "im": "i'm", "ive": "i've", "dont": "don't", "cant": "can't", "wont": "won't", "didnt": "didn't",
    "doesnt": "doesn't", "isnt": "isn't", "wasnt": "wasn't", "havent": "haven't", "hasnt": "hasn't",
    "couldnt": "couldn't", "wouldnt": "wouldn't", "shouldnt": "shouldn't", "arent": "aren't", "werent": "weren't",
    "hes": "he's", "shes": "she's", "thats": "that's", "whats": "what's", "theyre": "they're", "youre": "you're",
    "theres": "there's", "hows": "how's", "wheres": "where's", "youve": "you've", "theyve": "they've",
    "aint": "ain't", "hadnt": "hadn't", "wanna": "want to", "gonna": "going to",
    "gotta": "got to", "cuz": "because", "cos": "because", "coz": "because", "bc": "because", "u": "you",
    "ur": "your", "idk": "i don't know",
}  # fmt: skip
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)*")
_BARE = re.compile(r"\b(" + "|".join(_BARE_CONTRACTIONS) + r")\b", re.IGNORECASE)
_LONE_I = re.compile(r"\bi(?=\b(?!\.))")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


def tidy(text: str) -> str:
    """The same words with straight quotes, single spaces, joined contractions and a capital I."""
    text = " ".join(text.translate(_QUOTES).split())
    text = _SPACED_APOSTROPHE.sub("'", text)
    text = _SPACED_MARK.sub(r"\1", text)
    text = _BARE.sub(_spell_out, text)
    return _LONE_I.sub("I", text)


def words(text: str) -> tuple[str, ...]:
    """Lower-case words, contractions kept whole."""
    return tuple(_WORD.findall(tidy(text).lower()))


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text; one without punctuation is one sentence."""
    return tuple(part for part in _SENTENCE.split(tidy(text)) if any(c.isalnum() for c in part))


def capitalised(text: str) -> str:
    """The text with its first letter in capitals."""
    return text[:1].upper() + text[1:]


def _spell_out(match: re.Match[str]) -> str:
    plain = _BARE_CONTRACTIONS[match[0].lower()]
    return capitalised(plain) if match[0][0].isupper() and len(match[0]) > 1 else plain
