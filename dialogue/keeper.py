"""`Keeper`: what a supporter remembers of one person between talks, and says of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from companion.types import Message, Notice, Plan, UserTurn
from dialogue.askedback import told_back
from dialogue.facts import Heard
from dialogue.memory import Memory, MemoryUnusableError, forget
from dialogue.recollection import opener, remembered, reminder

FEW = 4
"""Facts that a language model is told of at once; more would crowd out what is being said now."""
REST_TURNS = 6
"""Turns for which a file that failed is left alone: each try may hold the talk for `memoryfile.BUSY_SEC`."""


class Keeper:
    """Keeps facts for a user who gave a name; without one it keeps nothing and touches no file.

    A memory that cannot be used never stops a talk: each failure is told once, and the talk goes on without it. What is
    told meanwhile is written once the file can be used again.
    """

    def __init__(self, folder: Path | None = None, user: str = "", now: Callable[[], float] = time.time) -> None:
        """`now` gives UTC seconds. Opens the user's memory, if there is a name and a folder."""
        self._folder, self._user, self._now = folder, user.strip(), now
        self._memory: Memory | None = None
        self._notices: list[str] = []
        self._told, self._resting = set[str](), 0
        self._began, self._reminded = now(), set[int]()
        if folder is not None and self._user:
            try:
                self._memory = Memory(folder, self._user)
            except MemoryUnusableError as error:
                self._failed(error)
            else:
                self._notices += [self._memory.notice] if self._memory.notice else []

    def notices(self) -> list[Notice]:
        """What went wrong since this was last asked."""
        told, self._notices = self._notices, []
        return [Notice("memory", message) for message in told]

    def opener(self) -> str:
        """The first words to somebody who comes back; empty when nothing is known of them."""
        if self._memory is None or self._resting:
            return ""
        try:
            return opener(self._memory, self._now())
        except MemoryUnusableError as error:
            self._failed(error)
            return ""

    def recalled(self, text: str) -> tuple[str, ...]:
        """Plain lines on what they told before that fits what they say now."""
        if self._memory is None or self._resting:
            return ()
        try:
            return remembered(self._memory.recall(text, self._now(), FEW), self._now())
        except MemoryUnusableError as error:
            self._failed(error)
            return ()

    def told_back(self, text: str) -> str:
        """The answer where somebody asks what is remembered of them; empty where they do not, or nothing is kept."""
        if self._memory is None or self._resting:
            return ""
        try:
            facts = sorted(self._memory.facts(), key=lambda fact: -fact.time)
        except MemoryUnusableError as error:
            self._failed(error)
            return ""
        return told_back(text, facts)

    def reminder(self, text: str) -> str:
        """One sentence that they told of this in an earlier talk; each fact once, empty where none fits."""
        if self._memory is None or self._resting:
            return ""
        try:
            facts = [fact for fact in self._memory.recall(text, self._now(), FEW) if fact.id not in self._reminded]
            said, number = reminder(facts, text, self._began)
        except MemoryUnusableError as error:
            self._failed(error)
            return ""
        self._reminded.add(number)
        return said

    def hear(self, turn: UserTurn, plan: Plan, history: Sequence[Message]) -> None:
        """Keep what a turn tells; a crisis leaves no trace."""
        if self._memory is None:
            return
        answering = history[-1].content if history and history[-1].role == "assistant" else ""
        words = turn.words
        heard = Heard(words.text, self._now(), words.confidence, plan.risk, turn.affect.valence, answering)
        if self._resting:
            self._resting -= 1
            self._memory.postpone(heard)
            return
        try:
            self._memory.hear(heard)
        except MemoryUnusableError as error:
            self._failed(error)

    def forget(self) -> None:
        """Leave nothing of the user. Raises `MemoryUnusableError` when the file cannot be removed."""
        if self._folder is None or not self._user:
            return
        if self._memory is not None:
            self._memory.forget()
        else:
            forget(self._folder, self._user)

    def begin(self) -> None:
        """Begin another talk with the same person: the session so far ends, and what is remembered stays."""
        self._end()
        self._began, self._reminded = self._now(), set()

    def close(self) -> None:
        """End the session."""
        self._end()
        if self._memory is not None:
            self._memory.close()
            self._memory = None

    def _end(self) -> None:
        if self._memory is None:
            return
        try:
            self._memory.close_session(self._now())
        except MemoryUnusableError as error:
            self._failed(error)

    def _failed(self, error: MemoryUnusableError) -> None:
        message = f"{str(error).rstrip('.')}; we can talk, but this may not be remembered."
        self._resting = REST_TURNS
        if message not in self._told:
            self._told.add(message)
            self._notices.append(message)
