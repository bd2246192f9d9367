"""`Memory`: what a companion knows of one person, and forgets when they say so."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from companion.types import Risk
from dialogue.facts import Fact, Heard, facts
from dialogue.memoryfile import SUFFIX, MemoryFile, MemoryUnusableError, default_folder, file_of, owner
from dialogue.merging import merged
from dialogue.relevance import Relevance, stems
from dialogue.summary import Session, summarised
from dialogue.unlearnt import unlearn, unlearnt, wanted

__all__ = [
    "Memory", "MemoryUnusableError", "NoSuchFactError", "default_folder", "forget", "has_memory", "known_users",
]  # fmt: skip

EXPORT_VERSION = 1
LONGEST_TEXT = 200
"""Letters of a fact that a person words themselves."""
MOST_LATE = 20
"""Turns that wait for a file that cannot be written; more than that and the oldest is let go."""
SUMMED = 3
"""Sessions that a summary tells of."""
_COLUMNS = "id, kind, text, sentence, time, valence, mentions, used"


class NoSuchFactError(LookupError):
    """No fact has this id."""


class Memory:
    """The facts one person told and the sessions they told them in; no line of the talk itself is stored.

    Every method may raise `MemoryUnusableError` (one clear line: the file is locked, full, read-only); what was stored
    is untouched then, and the conversation can go on. Each takes under 5 ms with 1,000 facts on one core of a server
    (`hear` and `recall` the most: 4 and 2 ms), so that they may be called where nothing must wait. Opening such a file,
    or reading it again when another program changed it, takes 40 ms; a locked one 0.1 s until it gives up. `notice`
    tells that a damaged file was moved aside.
    """

    def __init__(self, folder: Path, user: str) -> None:
        """Opens the user's file in a folder, or begins one. Raises `MemoryUnusableError`, `ValueError` (no name)."""
        self._file = MemoryFile(file_of(folder, user), user)
        self._state: tuple[int, int] | None = None
        self._known = Relevance()
        self._session = 0
        self._used: dict[int, float] = {}
        self._late: deque[Heard] = deque(maxlen=MOST_LATE)
        with self._file.reading():
            self._refreshed()
        facts(Heard("I'm Ana", 0.0))  # its tables are read now, so that the first turn does not wait for them

    @property
    def user(self) -> str:
        """The name the memory is kept under."""
        return self._file.user

    @property
    def path(self) -> Path:
        """The file."""
        return self._file.path

    @property
    def notice(self) -> str:
        """One line for the person when a damaged file was moved aside, else empty."""
        return self._file.notice

    def hear(self, heard: Heard) -> tuple[Fact, ...]:
        """Keep what a turn tells, in one transaction, and return it as it now stands; a crisis turn leaves no trace.

        A turn that could not be written is kept with the next one. What the person deleted or corrected is not learnt
        again from the same words.
        """
        if heard.risk is Risk.CRISIS:
            return ()
        self.postpone(heard)
        return self._caught_up()

    def postpone(self, heard: Heard) -> None:
        """Keep what a turn tells with the next one; the file is not touched."""
        if heard.risk is not Risk.CRISIS:
            self._late.append(heard)

    def _caught_up(self) -> tuple[Fact, ...]:
        with self._file.writing() as connection:
            known = {fact.id: fact for fact in self._refreshed().facts()}
            kept: dict[int, Fact] = {}
            session = self._session
            for turn in self._late:
                session = _in_session(connection, session, turn.time)
                for fact in _keep(connection, facts(turn), known):
                    kept[fact.id] = fact
                    connection.execute("INSERT OR IGNORE INTO mention VALUES (?, ?)", (session, fact.id))
            used = [(at, number) for number, at in self._used.items()]
            connection.executemany("UPDATE fact SET used = max(used, ?) WHERE id = ?", used)
        self._late.clear()
        self._used.clear()
        self._session = session
        for fact in self._known.facts():
            if fact.id not in known:
                self._known.remove(fact.id)
        for number in kept.keys() & known.keys():
            self._known.add(known[number])
        return tuple(known[number] for number in kept if number in known)

    def recall(self, text: str, now: float, limit: int = 6) -> tuple[Fact, ...]:
        """The facts that fit what was just said, the fittest first (see `Relevance`). `now` in UTC seconds.

        Those returned count as used now; that is written with the next turn.
        """
        found = self._refreshed().ranked(text, now)[: max(0, limit)]
        for fact in found:
            self._used[fact.id] = now
            self._known.add(replace(fact, used=now))
        return tuple(found)

    def summary(self) -> str:
        """A few plain sentences about who they are and what the last sessions told of; empty when nothing is known."""
        known = {fact.id: fact for fact in self._refreshed().facts()}
        return summarised(known, self.sessions()[-SUMMED:])

    def close_session(self, time: float) -> str:
        """End the session (UTC seconds), leave nothing of what was rewritten in it, and return the summary.

        Turns that wait to be written are written first. A session that nobody closed, as after a crash, ends with its
        last turn.
        """
        if self._late:
            self._caught_up()
        self._refreshed()
        if self._session:
            with self._file.writing() as connection:
                connection.execute(
                    "UPDATE session SET end = max(end, ?), closed = 1 WHERE id = ?", (time, self._session)
                )
            self._session = 0
            self._file.scrub()
        return self.summary()

    def facts(self) -> tuple[Fact, ...]:
        """Every fact, the latest told first."""
        return tuple(sorted(self._refreshed().facts(), key=lambda fact: (-fact.time, -fact.id)))

    def sessions(self) -> tuple[Session, ...]:
        """Every session, the oldest first, with the ids of the facts it told of."""
        if not self._file.exists:
            return ()
        with self._file.reading() as connection:
            rows = connection.execute("SELECT id, start, end, turns FROM session ORDER BY id").fetchall()
            told = connection.execute("SELECT session, fact FROM mention ORDER BY fact").fetchall()
        by_session: dict[int, list[int]] = {}
        for session, fact in told:
            by_session.setdefault(session, []).append(fact)
        return tuple(Session(start, end, turns, tuple(by_session.get(n, ()))) for n, start, end, turns in rows)

    def correct(self, number: int, text: str) -> Fact:
        """Put the person's own words in the place of a fact's, for good; nothing of the old ones is left of it.

        The sentence they came from leaves the file with them, also beside other facts (see `holding`). Raises
        `NoSuchFactError`, or `ValueError` for an empty text.
        """
        words = " ".join(text.split())[:LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8")
        if not words:
            raise ValueError("a fact needs some words; delete it if nothing of it is right")
        old = self._fact(number)
        fact = replace(old, text=words, sentence=words)
        changed = (fact, *self._beside(old))
        with self._file.writing() as connection:
            unlearn(connection, old)
            wanted(connection, fact)
            for each in changed:
                _stored(connection, each)
        for each in changed:
            self._known.add(each)
        self._file.scrub()
        return fact

    def delete(self, number: int) -> None:
        """Forget one fact and the sentence it came from, for good; nothing of its own words is left in the file.

        Another fact may still tell of the same thing in words of its own: see `holding`. Raises `NoSuchFactError`.
        """
        fact = self._fact(number)
        changed = self._beside(fact)
        with self._file.writing() as connection:
            unlearn(connection, fact)
            connection.execute("DELETE FROM fact WHERE id = ?", (number,))
            for each in changed:
                _stored(connection, each)
        self._known.remove(number)
        for each in changed:
            self._known.add(each)
        self._used.pop(number, None)
        self._file.scrub()

    def holding(self, text: str) -> tuple[Fact, ...]:
        """The facts in which every telling word of a text stands, in whatever form, the latest told first."""
        asked = stems(text)
        return tuple(fact for fact in self.facts() if asked and asked <= stems(f"{fact.text} {fact.sentence}"))

    def export(self) -> dict[str, object]:
        """All that is stored of what they told, ready for JSON; times in UTC seconds."""
        return {
            "version": EXPORT_VERSION,
            "user": self.user,
            "facts": [fact.as_dict() for fact in reversed(self.facts())],
            "sessions": [session.as_dict() for session in self.sessions()],
            "summary": self.summary(),
        }

    def forget(self) -> None:
        """Leave nothing: the file, its log and its damaged copies are overwritten and removed.

        The next turn that is heard begins anew.
        """
        self._empty()
        self._late.clear()
        self._file.erase()

    def close(self) -> None:
        """Give the file back; the next call opens it again."""
        self._file.close()

    def _refreshed(self) -> Relevance:
        """What is known, read again when another program changed it; nothing when the file is gone."""
        if not self._file.exists:
            self._empty()
            return self._known
        state = self._file.state()
        if state != self._state:
            if self._state is None or state[0] != self._state[0]:
                self._empty()
            with self._file.reading() as connection:
                rows = connection.execute(f"SELECT {_COLUMNS} FROM fact").fetchall()  # noqa: S608 - our own columns
            self._known = Relevance(_fact(row) for row in rows)
            self._state = state
        return self._known

    def _beside(self, gone: Fact) -> list[Fact]:
        """The other facts of a sentence with their own words alone: the rest of it told of what is gone."""
        others = (fact for fact in self._known.facts() if fact.sentence == gone.sentence and fact.id != gone.id)
        return [replace(fact, sentence=fact.text) for fact in others]

    def _empty(self) -> None:
        self._known, self._session, self._state = Relevance(), 0, None
        self._used.clear()

    def _fact(self, number: int) -> Fact:
        for fact in self._refreshed().facts():
            if fact.id == number:
                return fact
        raise NoSuchFactError(f"no fact of {self.user} has the number {number}")


def has_memory(folder: Path, user: str) -> bool:
    """Whether anything is stored of a user, damaged files included. Raises `ValueError` for an empty name."""
    return bool(MemoryFile(file_of(folder, user), user).stored())


def forget(folder: Path, user: str) -> None:
    """`Memory.forget` for a file that need not be opened, or cannot be. Raises `MemoryUnusableError`, `ValueError`."""
    MemoryFile(file_of(folder, user), user).erase()


def known_users(folder: Path) -> tuple[str, ...]:
    """The names that memories are kept under in a folder, in alphabetical order; other files are left out."""
    return tuple(sorted({name for path in folder.glob(f"*{SUFFIX}") if (name := owner(path))}, key=str.casefold))


def _keep(connection: sqlite3.Connection, told: Sequence[Fact], known: dict[int, Fact]) -> Iterator[Fact]:
    """Write what was told, changing `known` to what is then stored."""
    for new in told:
        if unlearnt(connection, new):
            continue
        change = merged(new, known.values())
        for number in change.replaced:
            connection.execute("DELETE FROM fact WHERE id = ?", (number,))
            del known[number]
        fact = _stored(connection, change.fact)
        known[fact.id] = fact
        yield fact


def _stored(connection: sqlite3.Connection, fact: Fact) -> Fact:
    """Write a fact and return it with its id."""
    values = (fact.kind, fact.text, fact.sentence, fact.time, fact.valence, fact.mentions, fact.used)
    if fact.id:
        columns = "kind = ?, text = ?, sentence = ?, time = ?, valence = ?, mentions = ?, used = ?"
        connection.execute(f"UPDATE fact SET {columns} WHERE id = ?", (*values, fact.id))  # noqa: S608
        return fact
    columns = "kind, text, sentence, time, valence, mentions, used"
    added = connection.execute(f"INSERT INTO fact ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", values)  # noqa: S608
    return replace(fact, id=int(added.lastrowid or 0))


def _fact(row: tuple[int, str, str, str, float, float, int, float]) -> Fact:
    number, kind, text, sentence, time, valence, mentions, used = row
    return Fact(kind, text, sentence, time, valence, mentions, used, number)


def _in_session(connection: sqlite3.Connection, session: int, time: float) -> int:
    """The running session's id, with this turn counted; a new one where none runs."""
    counted = connection.execute(
        "UPDATE session SET end = max(end, ?), turns = turns + 1 WHERE id = ? AND NOT closed", (time, session)
    )
    if counted.rowcount:
        return session
    begun = connection.execute("INSERT INTO session (start, end, turns) VALUES (?, ?, 1)", (time, time))
    return int(begun.lastrowid or 0)
