"""Text as written to phrases that can be spoken, with each spoken word tied to the written one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from voice.script import script
from voice.spoken import digits, is_number, spoken

LONGEST_PHRASE = 110
"""Characters (about 7 s of speech): a longer run is cut, so that the first sound does not wait for the last."""
LONG_PHRASE = 60
"""From here on, a run without punctuation is cut before a joining word."""
JOINTS = frozenset("and but or because so that which who when while if though y pero o porque que cuando si".split())
# Seconds of silence after a phrase in neutral speech; a listener in distress needs a little more than news reading.
SENTENCE_SEC, SEMICOLON_SEC, UNMARKED_SEC, COMMA_SEC, CUT_SEC = 0.42, 0.30, 0.20, 0.16, 0.04
_REST = re.compile(r"[^\w\s]*?([.!?。！？]|…|[;:；：]|[—–-]$|[,،、，])[\"'”’)\]»*_]*$")
_ABBREVIATIONS = frozenset("mr. mrs. ms. dr. st. prof. sr. sra. srta. dra. e.g. i.e. vs. approx. no.".split())
_INITIAL = re.compile(r"^[A-HJ-Z]\.$")
_DIALLING = frozenset("call text dial ring phone number llama llame al marca número".split())
_LINES = frozenset("line lifeline".split())


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written and as spoken; `spoken` is empty where there is nothing to say (an emoji)."""

    written: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words said in one go, the silence after them in neutral speech, and the language their script asks for.

    `language` is None where the voice's own language will do.
    """

    words: tuple[Word, ...]
    rest: float
    language: str | None = None

    @property
    def text(self) -> str:
        """What is said, with a comma where the speaker will go on, so that the tune stays up."""
        said = " ".join(word.spoken for word in self.words if word.spoken)
        return said if self.rest > COMMA_SEC or _REST.search(said) else said + ","


def words(text: str, language: str = "en") -> list[Word]:
    """The words of a text in order, markup, links, symbols, telephone numbers and shouting made speakable."""
    tokens = text.split()
    letters = [token for token in tokens if any(character.isalpha() for character in token)]
    shouted = len(letters) > 2 and all(token.upper() == token for token in letters)
    found = []
    for index, token in enumerate(tokens):
        if _dialled(tokens, index):
            found.append(Word(token, digits(token)))
        else:
            found.append(Word(token, spoken(token.lower() if shouted else token, language)))
    return found


def phrases(text: str, language: str = "en") -> Iterator[Phrase]:
    """The words in phrases, cut where a speaker would pause. Nothing for a text without anything to say."""
    phrase: list[Word] = []
    length, speaking = 0, None
    everything = words(text, language)
    last = max((index for index, word in enumerate(everything) if word.spoken), default=-1)
    for index, word in enumerate(everything):
        wanted = script(word.spoken) if word.spoken else speaking
        wanted = None if wanted == language else wanted
        joint = length > LONG_PHRASE and word.written.lower() in JOINTS
        if length and (wanted != speaking or joint or length + len(word.spoken) > LONGEST_PHRASE):
            yield Phrase(tuple(phrase), CUT_SEC, speaking)
            phrase, length = [], 0
        speaking = wanted
        phrase.append(word)
        length += len(word.spoken) + bool(word.spoken)
        rest = _rest(word.written)
        if rest and length and index < last:
            yield Phrase(tuple(phrase), rest, speaking)
            phrase, length = [], 0
    if length:
        yield Phrase(tuple(phrase), _rest(everything[last].written) or UNMARKED_SEC, speaking)


def _rest(written: str) -> float:
    """The silence after a word, 0 where the phrase goes on."""
    mark = _REST.search(written)
    if not mark or written.lower() in _ABBREVIATIONS or _INITIAL.match(written):
        return 0.0
    if mark[1] in ".!?。！？":
        return SENTENCE_SEC
    return COMMA_SEC if mark[1] in ",،、，" else SEMICOLON_SEC


def _dialled(tokens: list[str], index: int) -> bool:
    """Whether a number is one to call, said digit by digit: help lines must be understood."""
    if not is_number(tokens[index]):
        return False
    number = re.sub(r"\D", "", tokens[index])
    before = tokens[index - 1] if index else ""
    after = tokens[index + 1] if index + 1 < len(tokens) else ""
    if len(number) > 4 or (number.startswith("0") and len(number) > 2):
        return True
    if (is_number(before) and not _rest(before)) or (is_number(after) and not _rest(tokens[index])):
        return True
    near = before.lower() in _DIALLING or after.lower().strip(".,;:!?") in _LINES
    return len(number) > 2 and (near or number in ("911", "988", "999", "112", "111"))
