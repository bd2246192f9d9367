"""`Talk`: the conversation so far as far as the next reply depends on it, read from its messages alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from companion.types import Message
from dialogue.bank import bank
from dialogue.data import data, worded
from dialogue.spanish.tongue import plainly
from dialogue.text import sentences, words
from dialogue.understanding import Understanding, understand, weight

QUIET = frozenset({"greeting", "thanks", "goodbye", "silence", "identity", "capability", "privacy", "foreign", "trick"})
"""Acts that tell nothing of the user's trouble."""
YES = frozenset("yes yeah yep yup sure please ok okay definitely go alright".split())
_TAKEN_UP = re.compile(r"\b(?:all right|tell me|go (?:on|ahead)|i'd like (?:that|one|an idea)|i'm listening)\b")
CARRIED_TURNS = 5
GRAVE_TURNS = 8
"""A situation is carried over this many of the user's turns, until another one comes up."""
BURDENED_TURNS = 3
UNADVISED_TURNS = 6
"""For so many of the user's turns nothing is suggested after they wanted no advice, unless they ask for it."""
LASTING_WEIGHT = 1.5
"""Weight of a situation that good news does not end: an exam's worry is over then, grief is not."""
GLAD = frozenset({"happy", "proud", "relieved", "friendly"})
"""Shades of feeling (`lexicon.toml`) that are pleasant."""


@dataclass(frozen=True, slots=True)
class Talk:
    """`now` is the message to answer, `before` the user's earlier ones, `said` what the companion was heard to say.

    `sure` is false where the words of `now` were heard too badly to build on.
    """

    now: Understanding
    before: tuple[Understanding, ...] = ()
    said: tuple[str, ...] = ()
    sure: bool = True

    @classmethod
    def of(cls, text: str, history: Sequence[Message]) -> Talk:
        """The talk in which `text` has just been said."""
        earlier: list[Understanding] = []
        for message in history:
            if message.role == "user":
                earlier.append(understand(message.content, earlier[-1].language if earlier else ""))
        said = tuple(message.content for message in history if message.role == "assistant")
        return cls(understand(text, earlier[-1].language if earlier else ""), tuple(earlier), said)

    @property
    def language(self) -> str:
        """The language (ISO 639) to answer in: that of this message, or of the last that told its own."""
        return self.now.language

    @property
    def turns(self) -> int:
        """How many of the user's messages, this one included, told something."""
        return sum(each.act not in QUIET for each in (*self.before, self.now))

    @property
    def situation(self) -> str:
        """What the talk is about: of this message, else of the last ones."""
        carried = next((each.situation for each in reversed(self._since_joy[-CARRIED_TURNS:]) if each.situation), "")
        for each in reversed(self.before[-GRAVE_TURNS:]):
            # A graver matter is not displaced by the mention of a lighter one, and stays for longer.
            if each.situation and weight(each.situation) > max(1.4, weight(carried)):
                carried = each.situation
        if self.now.situation and (weight(self.now.situation) >= 1.0 or weight(carried) < 1.2):
            return self.now.situation
        return carried

    @property
    def burdened(self) -> bool:
        """Whether this message or one of the last few told of something hard, in whatever words."""
        return any(map(_heavy, (*self._since_joy[-BURDENED_TURNS:], self.now)))

    @property
    def _since_joy(self) -> tuple[Understanding, ...]:
        """The earlier messages, without the passing worries from before the last good news."""
        joy = max((at for at, each in enumerate(self.before) if each.act == "good_news"), default=-1)
        return tuple(
            each for at, each in enumerate(self.before) if at > joy or weight(each.situation) >= LASTING_WEIGHT
        )

    @property
    def fresh(self) -> bool:
        """Whether this message brought the situation up."""
        return bool(self.now.situation) and all(each.situation != self.now.situation for each in self.before[-6:])

    @property
    def asked(self) -> bool:
        """Whether the companion's last words were a question."""
        return bool(self.said) and self.said[-1].rstrip().endswith("?")

    @property
    def asked_in_a_row(self) -> int:
        """How many of the companion's last replies ended in a question."""
        count = 0
        for text in reversed(self.said):
            if not text.rstrip().endswith("?"):
                break
            count += 1
        return count

    @property
    def offered(self) -> bool:
        """Whether the last reply offered a suggestion."""
        return self._last_from("offer")

    @property
    def offered_lately(self) -> bool:
        """Whether one of the last three replies offered a suggestion."""
        return any(bank(self.language).contains("offer", part) for text in self.said[-3:] for part in sentences(text))

    @property
    def accepted(self) -> bool:
        """Whether this message takes up a suggestion that was just offered."""
        if not self.offered:
            return False
        if self.language == "es":
            from dialogue.spanish.understanding import act

            return any(act(part) == "yes" or part.lower().startswith("dime") for part in sentences(self.now.text))
        said = [words(part) for part in sentences(self.now.text)]
        return self.now.act == "yes" or any(
            part[:1] and (part[0] in YES or _TAKEN_UP.search(" ".join(part))) for part in said
        )

    @property
    def suggested(self) -> bool:
        """Whether the last reply made a suggestion."""
        return self._last_from("suggest")

    @property
    def suggestions(self) -> int:
        """How many replies made a suggestion."""
        own = bank(self.language)
        return sum(own.contains("suggest", sentence) for text in self.said for sentence in sentences(text))

    @property
    def cut(self) -> bool:
        """Whether the user spoke over the end of the last reply."""
        return bool(self.said) and not self.said[-1].rstrip().endswith((".", "?", "!"))

    @property
    def unasked(self) -> bool:
        """Whether the user wanted no more questions, not long ago."""
        return any(each.act in {"stop_questions", "hush"} for each in (*self.before[-4:], self.now))

    @property
    def unadvised(self) -> bool:
        """Whether the user wanted no advice, not long ago, and has not asked for any since."""
        lately = [each.act for each in (*self.before[-UNADVISED_TURNS:], self.now)]
        return next((act == "no_offer" for act in reversed(lately) if act in {"no_offer", "advice"}), False)

    def used(self) -> frozenset[str]:
        """Every sentence already said, as bare words."""
        return frozenset(key(sentence) for text in self.said for sentence in sentences(text))

    def _last_from(self, move: str) -> bool:
        own = bank(self.language)
        return bool(self.said) and any(own.contains(move, sentence) for sentence in sentences(self.said[-1]))


@cache
def _burden(language: str) -> re.Pattern[str]:
    return worded(data("grammar" if language == "en" else "spanish/grammar")["burden"], r"\b")


def _heavy(each: Understanding) -> bool:
    if each.grave or each.topic or (each.shade and each.shade not in GLAD):
        return True
    return bool(_burden(each.language).search(_bare(each)))


def _bare(each: Understanding) -> str:
    return each.text.lower() if each.language == "en" else " ".join(plainly(each.text))


def key(sentence: str) -> str:
    """A sentence as bare words, to tell whether two are the same."""
    return " ".join(words(sentence))
