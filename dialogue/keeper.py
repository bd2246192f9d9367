"""`Keeper`: what a supporter remembers of one person between talks, and says of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from companion.types import Message, Notice, Plan, UserTurn
from dialogue.facts import Heard
from dialogue.memory import Memory, MemoryUnusableError, forget
from dialogue.recollection import opener, remembered, reminder

FEW = 4
"""Facts that a language model is told of at once; more would crowd out what is being said now."""


class Keeper:
    """Keeps facts for a user who gave a name; without one it keeps nothing and touches no file.

    A memory that cannot be used never stops a talk: the first failure is told once, and the talk goes on without it.
    """

    def __init__(self, folder: Path | None = None, user: str = "", now: Callable[[], float] = time.time) -> None:
        """`now` gives UTC seconds. Opens the user's memory, if there is a name and a folder."""
        self._folder, self._user, self._now = folder, user.strip(), now
        self._memory: Memory | None = None
        self._notices: list[str] = []
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
        if self._memory is None:
            return ""
        try:
            return opener(self._memory, self._now())
        except MemoryUnusableError as error:
            self._failed(error)
            return ""

    def recalled(self, text: str) -> tuple[str, ...]:
        """Plain lines on what they told before that fits what they say now."""
        if self._memory is None:
            return ()
        try:
            return remembered(self._memory.recall(text, self._now(), FEW), self._now())
        except MemoryUnusableError as error:
            self._failed(error)
            return ()

    def reminder(self, text: str) -> str:
        """One sentence that they told of this in an earlier talk; each fact once, empty where none fits."""
        if self._memory is None:
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

    def close(self) -> None:
        """End the session."""
        if self._memory is None:
            return
        try:
            self._memory.close_session(self._now())
        except MemoryUnusableError as error:
            self._failed(error)
        self._memory.close()
        self._memory = None

    def _failed(self, error: MemoryUnusableError) -> None:
        message = f"{str(error).rstrip('.')}; we can talk, but this may not be remembered."
        if message not in self._notices:
            self._notices.append(message)
