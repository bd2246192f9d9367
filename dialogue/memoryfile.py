"""`MemoryFile`: one person's SQLite file: private, whole, and gone without a trace when they say so."""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import time
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from dialogue.memoryschema import VERSION, migrate, version

BUSY_SEC = 0.1
"""How long another program that writes is waited for; a conversation must not stand still longer."""
SUFFIX = ".sqlite"
_UNSAFE = re.compile(r"[^a-z0-9]+")
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_TOOBIG}
_CLOSED = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}


class MemoryUnusableError(Exception):
    """The memory cannot be used now; one clear line says why. What was stored is untouched."""


def default_folder() -> Path:
    """Where memories lie: `$XDG_DATA_HOME/empathic-companion/memory` (XDG Base Directory Specification 0.8)."""
    home = os.environ.get("XDG_DATA_HOME", "")
    base = Path(home) if home.startswith("/") else Path.home() / ".local" / "share"
    return base / "empathic-companion" / "memory"


def file_of(folder: Path, user: str) -> Path:
    """The file of a user: readable letters of the name and a hash of the whole, so that no name leads elsewhere.

    Names that differ only in capitals, spaces or Unicode form are one user. Raises `ValueError` for an empty name.
    """
    name = " ".join(unicodedata.normalize("NFKC", user).casefold().split())
    if not name:
        raise ValueError("a memory needs the name of a user")
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    letters = _UNSAFE.sub("-", plain)[:32].strip("-")
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return folder / f"{letters or 'user'}-{digest}{SUFFIX}"


def owner(path: Path) -> str:
    """The user a file belongs to; empty where it is no whole memory. Raises `MemoryUnusableError` when it is locked."""
    if ".damaged-" in path.name:
        return ""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_SEC)) as connection:
            row = connection.execute("SELECT name FROM owner").fetchone()
    except sqlite3.Error as error:
        if _code(error) in _LOCKED:
            raise MemoryUnusableError(f"{path} is in use by another program; try again in a moment") from error
        return ""
    return str(row[0]) if row else ""


class MemoryFile:
    """The connection to one file; opened when it is first needed, and anew when another program removed the file.

    `notice` says in one line that a damaged file was moved aside; empty while all is well.
    """

    def __init__(self, path: Path, user: str) -> None:
        self.path, self.user = path, user
        self.notice = ""
        self._connection: sqlite3.Connection | None = None
        self._inode = -1

    @property
    def exists(self) -> bool:
        """Whether anything is stored."""
        return self.path.exists()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, in no transaction. Raises `MemoryUnusableError`."""
        try:
            yield self._ready()
        except sqlite3.Error as error:
            raise self._told(error) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The connection within one transaction, kept whole or not at all. Raises `MemoryUnusableError`."""
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def state(self) -> tuple[int, int]:
        """Changes when another program changed or replaced the file."""
        with self.reading() as connection:
            return self._inode, int(connection.execute("PRAGMA data_version").fetchone()[0])

    def scrub(self) -> None:
        """Leave nothing of what was deleted or rewritten: not in free pages, not in the log.

        Raises `MemoryUnusableError` when another program still reads an older state.
        """
        with self.reading() as connection:
            connection.execute("VACUUM")
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            raise MemoryUnusableError(
                f"It is deleted, but {self.path.name} is open in another program: its old words leave the file when "
                "that one closes it"
            )

    def close(self) -> None:
        """Give the file back; the next use opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def erase(self) -> None:
        """Overwrite and remove the file, what belongs to it and its damaged copies. Raises `MemoryUnusableError`.

        Each is unlinked before it is overwritten, so that no other program takes zeros for a damaged memory; the log
        goes first, or a new file would take it for its own. On copy-on-write file systems and worn flash cells the
        medium may keep what a file no longer shows.
        """
        try:
            with suppress(sqlite3.Error):
                self.close()
            for path in self.stored():
                _overwrite(path)
        except OSError as error:
            raise MemoryUnusableError(f"{self.path} cannot be removed: {error.strerror}") from error

    def stored(self) -> list[Path]:
        """Every file that holds something of the person, the logs before what they belong to."""
        own = [self.path.with_name(self.path.name + end) for end in ("-wal", "-journal", "-shm", "")]
        copies = self.path.parent.glob(f"{self.path.stem}.damaged-*")
        return [path for path in (*own, *sorted(copies, reverse=True)) if path.is_file()]

    def _ready(self) -> sqlite3.Connection:
        if self._connection is not None and _inode(self.path) != self._inode:
            self.close()
        if self._connection is None:
            try:
                self._connection = self._opened()
            except _DamageError:
                self._move_aside()
                self._connection = self._opened()
            self._inode = _inode(self.path)
        return self._connection

    def _opened(self) -> sqlite3.Connection:
        self._create()
        connection = sqlite3.connect(self.path, timeout=BUSY_SEC, isolation_level=None, check_same_thread=False)
        try:
            if version(connection) > VERSION:
                raise MemoryUnusableError(f"{self.path} was written by a newer companion; update this one")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")  # a turn that was kept survives a power cut too
            if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise _DamageError
            migrate(connection)
            if connection.execute("SELECT name FROM owner").fetchone() is None:
                connection.execute("INSERT INTO owner VALUES (?)", (_storable(self.user),))
        except sqlite3.Error as error:
            connection.close()
            if _code(error) in _DAMAGED:
                raise _DamageError from error
            raise
        except BaseException:
            connection.close()
            raise
        return connection

    def _create(self) -> None:
        """The folder and an empty file that only their owner can read; SQLite gives its log the file's own mode."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
            descriptor = os.open(self.path, flags, 0o600)
            try:
                os.fchmod(descriptor, 0o600)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise MemoryUnusableError(f"{self.path.parent} cannot be written: {error.strerror}") from error

    def _move_aside(self) -> None:
        stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime()) + f"-{time.time_ns() % 1_000_000_000:09d}"
        aside = self.path.with_name(f"{self.path.stem}.damaged-{stamp}{SUFFIX}")
        try:
            for end in ("-wal", "-shm", ""):
                part = self.path.with_name(self.path.name + end)
                if part.exists():
                    part.rename(aside.with_name(aside.name + end))
        except OSError as error:
            raise MemoryUnusableError(f"{self.path} is damaged and cannot be moved aside: {error.strerror}") from error
        self.notice = f"The memory file was damaged; it is kept as {aside}, and a new one is begun."

    def _told(self, error: sqlite3.Error) -> MemoryUnusableError:
        code = _code(error)
        if code in _LOCKED:
            why = "is in use by another program; try again in a moment"
        elif code in _DAMAGED:
            self.close()
            why = "is damaged; it will be moved aside when it is next opened"
        elif code in _FULL:
            why = "cannot be written: the disk is full or failing"
        elif code in _CLOSED:
            why = "cannot be opened for writing"
        else:
            why = f"cannot be used: {error}"
        return MemoryUnusableError(f"{self.path} {why}")


class _DamageError(Exception):
    """The file is no whole SQLite database."""


def _code(error: sqlite3.Error) -> int:
    """The primary result code (the low byte of the extended one)."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return -1


def _storable(text: str) -> str:
    """Half a character cannot be written as UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _overwrite(path: Path) -> None:
    with path.open("r+b", buffering=0) as file:
        path.unlink()
        left = os.fstat(file.fileno()).st_size
        zeros = bytes(65536)
        while left > 0:
            left -= file.write(zeros[: min(left, len(zeros))]) or 0
        os.fsync(file.fileno())
