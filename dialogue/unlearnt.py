"""`unlearn`: what a person had deleted or corrected is not learnt again when they say the same words."""

from __future__ import annotations

import hashlib
import os
import sqlite3

from dialogue.facts import Fact
from dialogue.relevance import stems

SALT_BYTES, MARK_BYTES = 16, 8


def unlearn(connection: sqlite3.Connection, fact: Fact) -> None:
    """Remember that a fact is not wanted, by a mark that holds none of its words.

    Whoever has the file can still test whether a guess of theirs fits a mark.
    """
    if not unlearnt(connection, fact):
        salt = os.urandom(SALT_BYTES)
        connection.execute("INSERT INTO unlearnt VALUES (?, ?)", (salt, _mark(fact, salt)))


def unlearnt(connection: sqlite3.Connection, fact: Fact) -> bool:
    """Whether a fact of this kind and these words, in whatever form, is not wanted."""
    return any(_mark(fact, salt) == mark for salt, mark in _marks(connection))


def wanted(connection: sqlite3.Connection, fact: Fact) -> None:
    """Let a fact be learnt again: the person wrote it down themselves."""
    for salt, mark in _marks(connection):
        if _mark(fact, salt) == mark:
            connection.execute("DELETE FROM unlearnt WHERE salt = ?", (salt,))


def _marks(connection: sqlite3.Connection) -> list[tuple[bytes, bytes]]:
    return connection.execute("SELECT salt, mark FROM unlearnt").fetchall()


def _mark(fact: Fact, salt: bytes) -> bytes:
    """A salt of its own, so that what two people deleted alike does not look alike."""
    about = " ".join(sorted(stems(fact.text))) or fact.text.casefold()
    told = f"{fact.kind}\n{about}".encode("utf-8", "replace")
    return hashlib.blake2b(told, digest_size=MARK_BYTES, salt=salt).digest()
