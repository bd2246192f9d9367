"""`migrate`: the tables of a memory file, version by version."""

from __future__ import annotations

import sqlite3

MIGRATIONS = (
    """
    CREATE TABLE owner (name TEXT NOT NULL) STRICT;
    CREATE TABLE fact (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        text TEXT NOT NULL,
        sentence TEXT NOT NULL,
        time REAL NOT NULL,
        valence REAL NOT NULL,
        mentions INTEGER NOT NULL
    ) STRICT;
    """,
    """
    ALTER TABLE fact ADD COLUMN used REAL NOT NULL DEFAULT 0;
    CREATE TABLE session (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        start REAL NOT NULL,
        end REAL NOT NULL,
        turns INTEGER NOT NULL,
        closed INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE mention (
        session INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
        fact INTEGER NOT NULL REFERENCES fact (id) ON DELETE CASCADE,
        PRIMARY KEY (session, fact)
    ) STRICT;
    """,
    """
    CREATE TABLE unlearnt (salt BLOB PRIMARY KEY, mark BLOB NOT NULL) STRICT;
    """,
)
"""What leads from each version to the next; `PRAGMA user_version` says how many have been done. Never edited: added to.

A summary of a session is not stored as text: `mention` says which facts it told of, so that a fact that is corrected
or deleted is so in every summary too. `unlearnt` marks what is not to be learnt again. Ids are never used twice.
"""
VERSION = len(MIGRATIONS)


def version(connection: sqlite3.Connection) -> int:
    """The version of a file; 0 for a new one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, upto: int = VERSION) -> None:
    """Bring the tables to a version, each step whole or not at all. Raises `sqlite3.Error`."""
    for number in range(version(connection) + 1, upto + 1):
        script = f"BEGIN IMMEDIATE; {MIGRATIONS[number - 1]} PRAGMA user_version = {number}; COMMIT;"
        try:
            connection.executescript(script)
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
