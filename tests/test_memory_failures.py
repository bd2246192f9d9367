"""A memory that is old, damaged, locked, full or cut off: one clear line, and nothing stored is lost."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dialogue.memory import Memory, MemoryUnusableError, known_users
from dialogue.memoryfile import file_of
from dialogue.memoryschema import MIGRATIONS, VERSION, migrate, version
from tests.test_memory import hear, texts


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    kept = Memory(tmp_path / "memory", "Ana")
    yield kept
    kept.close()


def test_version_one_is_brought_up_to_date(tmp_path: Path) -> None:
    path = file_of(tmp_path, "Ana")
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        migrate(old, 1)
        assert version(old) == 1
        old.execute("INSERT INTO owner VALUES ('Ana')")
        old.execute("INSERT INTO fact VALUES (3, 'worry', 'my exam', 'I am worried about my exam', 5.0, -0.5, 2)")
    memory = Memory(tmp_path, "Ana")
    (fact,) = memory.facts()
    assert (fact.id, fact.text, fact.valence, fact.mentions, fact.used) == (3, "my exam", -0.5, 2, 0.0)
    hear(memory, "I love hiking")
    assert len(memory.sessions()) == 1
    memory.close()
    with closing(sqlite3.connect(path)) as now:
        assert version(now) == VERSION == len(MIGRATIONS)


def test_a_file_of_a_newer_companion_is_left_alone(tmp_path: Path) -> None:
    path = file_of(tmp_path, "Ana")
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    before = path.read_bytes()
    with pytest.raises(MemoryUnusableError, match="newer"):
        Memory(tmp_path, "Ana")
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


KILLED = """
import sys
from pathlib import Path
from dialogue.facts import Heard
from dialogue.memory import Memory
memory = Memory(Path(sys.argv[1]), "Ana")
number = 0
while True:
    memory.hear(Heard(f"I'm worried about my thing{number} paper", float(number)))
    print(number, flush=True)
    number += 1
"""


def test_a_killed_process_loses_at_most_the_turn_in_flight(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert running.stdout is not None
    said = [next(running.stdout) for _ in range(20)]
    running.send_signal(signal.SIGKILL)
    said += running.stdout.readlines()
    running.wait()
    running.stdout.close()
    memory = Memory(tmp_path, "Ana")
    assert memory.notice == ""
    kept = {int(fact.time) for fact in memory.facts()}
    sure = {int(line) for line in said if line.endswith("\n")}
    assert sure <= kept <= sure | {max(sure) + 1}
    assert memory.sessions()[0].turns == len(kept)
    memory.close()


FULL = """
import resource, signal, sys
from pathlib import Path
from dialogue.facts import Heard
from dialogue.memory import Memory, MemoryUnusableError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
memory = Memory(Path(sys.argv[1]), "Ana")
memory.hear(Heard("I love hiking", 1.0))
resource.setrlimit(resource.RLIMIT_FSIZE, (memory.path.with_name(memory.path.name + "-wal").stat().st_size, -1))
try:
    memory.hear(Heard("I love painting", 2.0))
except MemoryUnusableError as error:
    print(error)
print(sorted(fact.text for fact in memory.facts()))
resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))
memory.hear(Heard("I love singing", 3.0))
print(sorted(fact.text for fact in memory.facts()))
"""


def test_a_full_disk_loses_nothing_and_the_turn_is_kept_later(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FULL, str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    told, then, later = run.stdout.splitlines()
    assert "full" in told
    assert then == "['hiking']"
    assert later == "['hiking', 'painting', 'singing']"


def test_a_damaged_file_is_moved_aside_and_that_is_said(memory: Memory) -> None:
    hear(memory, *(f"I love pear{i}" for i in range(200)))
    memory.close()
    whole = memory.path.read_bytes()
    # In the last page, which is not read before somebody asks for what stands there.
    memory.path.write_bytes(whole[:-3000] + b"\xff" * 3000)
    again = Memory(memory.path.parent, "Ana")
    (aside,) = memory.path.parent.glob("*damaged*")
    assert str(aside) in again.notice
    assert aside.read_bytes()[:5000] == whole[:5000]
    assert again.facts() == ()
    hear(again, "I love hiking")
    assert texts(again) == {"hiking"}
    assert known_users(memory.path.parent) == ("Ana",)
    again.close()


@pytest.mark.parametrize("rubbish", [b"not a database at all" * 300, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_rubbish_in_the_place_of_a_memory_is_kept(tmp_path: Path, rubbish: bytes) -> None:
    file_of(tmp_path, "Ana").write_bytes(rubbish)
    memory = Memory(tmp_path, "Ana")
    (aside,) = tmp_path.glob("*damaged*")
    assert aside.read_bytes() == rubbish
    memory.close()


def test_a_locked_file_is_told_in_one_line_and_soon(memory: Memory) -> None:
    hear(memory, "I love hiking")
    with closing(sqlite3.connect(memory.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        start = time.perf_counter()
        with pytest.raises(MemoryUnusableError, match="in use") as told:
            hear(memory, "I love painting")
        assert time.perf_counter() - start < 1.0
        assert "\n" not in str(told.value)
        assert texts(memory) == {"hiking"}
        other.execute("ROLLBACK")
    hear(memory, "I love singing")
    assert texts(memory) == {"hiking", "painting", "singing"}


def test_a_folder_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MemoryUnusableError, match="cannot be written"):
        Memory(tmp_path / "file" / "memory", "Ana")


def test_a_link_in_the_place_of_a_memory_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("mine")
    file_of(tmp_path, "Ana").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(MemoryUnusableError):
        Memory(tmp_path, "Ana")
    assert (tmp_path / "elsewhere").read_text() == "mine"
