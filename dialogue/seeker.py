"""`ScriptedSeeker`: somebody in need who plays a card and answers to what was really said; no model."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from companion.types import Message
from dialogue.cards import Card
from dialogue.data import data
from dialogue.empathy import Empathy, affirms, asks_for, empathy, suggests
from dialogue.talk import key
from dialogue.text import sentences

START_MOOD = -0.7
MANY_QUESTIONS = 3
"""From so many questions one after the other a person feels questioned."""
EARLY_SHARE = 0.6
"""Before this share of the trouble is told, advice comes too early."""
UNDERSTOOD, WARM, STRONGER, UNHEARD = 0.10, 0.04, 0.06, -0.04
QUESTIONED, ADVISED, REPEATED, HELPED = -0.12, -0.15, -0.08, 0.10
"""How the mood (-1..1) moves by what was heard. Assumptions of ours, not measured on people."""
LOW, HEAVY, LIGHT = -0.55, -0.3, 0.0
"""Moods below which a person says that it is very bad, still bad, easing."""
SURE = "safety"


class Seeker(Protocol):
    """Who plays a card."""

    async def say(self, history: Sequence[Message]) -> str:
        """The next line, after what was heard so far (the seeker's own lines have the role `user`)."""
        ...


@dataclass(frozen=True, slots=True)
class Heard:
    """What one reply was to the person it was meant for."""

    empathy: Empathy
    affirms: bool
    suggests: bool
    repeats: bool
    asks: str
    questions: int
    """Replies in a row, this one included, that asked something."""


class ScriptedSeeker:
    """Tells the trouble of a card piece by piece; the same card, seed and replies give the same lines.

    A reply that takes up what was told or names the feeling opens them and lifts their mood a little, and so does
    something good said of them; a third question in a row, advice before the trouble is told, and a sentence heard
    before make them withdraw. How much is this module's assumption: a mood that rises says that the replies did what
    is held to help here, not that a person would feel better.
    """

    def __init__(self, card: Card, seed: int = 0) -> None:
        self._card = card
        self._rng = random.Random(f"{seed} {card.name}")
        self._left = list(card.pieces)
        self._used: set[str] = set()
        self._kind = _kind(card.problem)
        self.mood = START_MOOD + self._rng.uniform(-0.1, 0.1)

    async def say(self, history: Sequence[Message]) -> str:
        """The next line; never empty."""
        if not any(message.role == "assistant" for message in history):
            return self._joined(self._line("openers"), self._piece())
        return self._answer(heard(history))

    def _answer(self, reply: Heard) -> str:
        if reply.asks == SURE:
            return self._joined(self._line("answers", SURE))
        early = reply.suggests and self._told() < EARLY_SHARE
        if reply.repeats:
            return self._withdrawn("repeated", REPEATED)
        if reply.questions >= MANY_QUESTIONS:
            return self._withdrawn("questioned", QUESTIONED)
        if early:
            return self._withdrawn("advised", ADVISED)
        return self._opened(reply)

    def _opened(self, reply: Heard) -> str:
        """More of the trouble, the more the better the reply was."""
        first = self._moved(reply)
        if reply.suggests:
            self._shift(HELPED)
            return self._joined(self._line("willing"), self._feeling())
        # A question after a fact is answered; one that leaves open what to tell brings the next piece.
        if reply.asks and reply.asks not in {"tell", "hard", "feel"}:
            answer = self._line("answers", reply.asks)
            return self._joined(first, answer, self._piece() if reply.empathy.interpretation == 2 else "")
        piece = self._piece()
        if piece:
            return self._joined(first, piece, self._feeling() if self._rng.random() < 0.5 else "")
        return self._joined(first, self._line("answers", reply.asks or "after"), self._feeling())

    def _moved(self, reply: Heard) -> str:
        """What the reply did to them, and how they show it."""
        if reply.empathy.interpretation == 2:
            self._shift(UNDERSTOOD + (WARM if reply.empathy.reaction else 0.0))
            return self._line("touched") if self._rng.random() < 0.5 else ""
        if reply.affirms:
            self._shift(STRONGER)
            return self._line("strengthened") if self._rng.random() < 0.5 else ""
        if reply.empathy.interpretation == 0 and reply.empathy.reaction == 0:
            self._shift(UNHEARD)
            return self._line("unmet") if self._rng.random() < 0.4 else ""
        self._shift(WARM)
        return ""

    def _withdrawn(self, how: str, shift: float) -> str:
        self._shift(shift)
        return self._joined(self._line(how))

    def _shift(self, by: float) -> None:
        self.mood = max(-1.0, min(1.0, self.mood + by))

    def _told(self) -> float:
        """The share of the trouble that has been told."""
        return 1 - len(self._left) / len(self._card.pieces)

    def _piece(self) -> str:
        return self._left.pop(0) if self._left else ""

    def _feeling(self) -> str:
        if self.mood < HEAVY:
            return self._line("feelings", self._kind, "low" if self.mood < LOW else "heavy")
        return self._line("feelings", "easing" if self.mood < LIGHT else "light")

    def _line(self, *names: str) -> str:
        """A line of a group that was not said yet; any of them when all were."""
        found = data("seeker")
        for name in names:
            found = found[name]
        lines = list(found)
        line: str = self._rng.choice([line for line in lines if line not in self._used] or lines)
        self._used.add(line)
        return line

    def _joined(self, *parts: str) -> str:
        return " ".join(part for part in parts if part)


def _kind(problem: str) -> str:
    """What kind of feeling a trouble brings with it: grief, anger, worry, or plain."""
    kinds: dict[str, str] = data("seeker")["feelings"]["kinds"]
    found = {name: match.start() for name, pattern in kinds.items() if (match := re.search(pattern, problem.lower()))}
    return min(found, key=found.__getitem__) if found else "plain"


def heard(history: Sequence[Message]) -> Heard:
    """What the last reply of a talk was to the person who hears it. Raises `ValueError` when there is none."""
    said = [message.content for message in history if message.role == "assistant"]
    told = [message.content for message in history if message.role == "user"]
    if not said:
        raise ValueError("nothing was said yet")
    before = {key(part) for text in said[:-1] for part in sentences(text)}
    count = 0
    for text in reversed(said):
        if "?" not in text:
            break
        count += 1
    last = said[-1]
    return Heard(
        empathy(last, told),
        affirms(last),
        suggests(last),
        any(key(part) in before for part in sentences(last)),
        asks_for(last),
        count,
    )
