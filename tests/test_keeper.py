"""What is remembered between talks: only with a name, on this machine, until the person says forget."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from companion.affect import Affect
from companion.types import Clause, Message, Notice, UserTurn, Words
from dialogue.cards import Card
from dialogue.facts import Fact, Heard
from dialogue.feeling import LexiconReader
from dialogue.keeper import REST_TURNS, Keeper
from dialogue.memory import Memory
from dialogue.memoryfile import file_of
from dialogue.rehearsals import rehearse
from dialogue.replaytext import Line, answer
from dialogue.scripted import Scripted
from dialogue.seeker import ScriptedSeeker
from dialogue.supporter import Supporter

DAY = 86400.0


def _turn(text: str, number: int = 1) -> UserTurn:
    return UserTurn(number, Words(text, 0, 1, 1.0, final=True), Affect(), 0, 1)


class _Talker:
    """Says things to a supporter that keeps what it hears in a folder."""

    def __init__(self, folder: Path | None, user: str, now: float = 0.0) -> None:
        scripted = Scripted()
        self.supporter = Supporter(scripted, scripted, LexiconReader())
        self.supporter.keeper = Keeper(folder, user, lambda: now)
        self.history: list[Message] = []
        self.notices: list[str] = []

    def say(self, text: str) -> str:
        async def run() -> str:
            said = []
            async for item in self.supporter.reply(_turn(text, len(self.history) + 1), self.history):
                if isinstance(item, Clause):
                    said.append(item.text)
                if isinstance(item, Notice):
                    self.notices.append(item.message)
            return " ".join(said)

        reply = asyncio.run(run())
        self.history += [Message("user", text), Message("assistant", reply)]
        return reply


def test_somebody_who_comes_back_is_greeted_by_name_and_asked_after_their_worry(tmp_path: Path) -> None:
    first = _Talker(tmp_path, "ana")
    first.say("My name is Ana")
    first.say("I'm worried about my exam on Friday")
    first.supporter.keeper.close()
    again = _Talker(tmp_path, "ana", now=2 * DAY)
    hello = again.supporter.greeting(1).text
    assert "Ana" in hello
    assert "exam" in hello
    assert "exam" in " ".join(again.supporter.keeper.recalled("the exam is over"))


def test_without_a_name_nothing_is_kept(tmp_path: Path) -> None:
    talker = _Talker(tmp_path, " ")
    talker.say("My name is Ana")
    talker.supporter.reset()
    talker.supporter.keeper.close()
    assert list(tmp_path.iterdir()) == []


def test_what_is_said_in_a_crisis_leaves_no_trace(tmp_path: Path) -> None:
    talker = _Talker(tmp_path, "ana")
    talker.say("My name is Ana and I want to kill myself because of my sister Laura")
    talker.say("my brother Tom is here")
    talker.supporter.keeper.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"Laura" not in kept
    assert b"Tom" not in kept


def test_forget_me_leaves_nothing(tmp_path: Path) -> None:
    talker = _Talker(tmp_path, "ana")
    talker.say("My sister Laura is ill")
    assert any(b"Laura" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    talker.supporter.reset()
    assert not any(b"Laura" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert not Keeper(tmp_path, "ana").opener()


def test_a_damaged_memory_is_told_and_the_talk_goes_on(tmp_path: Path) -> None:
    path = file_of(tmp_path, "ana")
    path.write_bytes(b"this is no database" * 100)
    talker = _Talker(tmp_path, "ana")
    assert talker.say("I lost my keys")
    assert len(talker.notices) == 1
    assert any(b"this is no database" in each.read_bytes() for each in tmp_path.iterdir())


def test_a_folder_that_cannot_be_used_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    talker = _Talker(tmp_path / "taken", "ana")
    assert talker.say("I lost my keys")
    assert talker.say("and my wallet")
    assert len(talker.notices) == 1
    assert "not be remembered" in talker.notices[0]


def test_a_locked_file_is_told_once_left_alone_and_caught_up_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    hear = Memory.hear

    def counted(memory: Memory, heard: Heard) -> tuple[Fact, ...]:
        tried.append(heard.text)
        return hear(memory, heard)

    monkeypatch.setattr(Memory, "hear", counted)
    talker = _Talker(tmp_path, "ana")
    talker.say("I lost my keys")
    with closing(sqlite3.connect(file_of(tmp_path, "ana"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for text in ("My sister Laura is here", "I love hiking", "I love painting"):
            talker.say(text)
        other.execute("ROLLBACK")
    assert tried == ["I lost my keys", "My sister Laura is here"]
    assert len(talker.notices) == 1
    for _ in range(REST_TURNS - 1):
        talker.say("I lost my keys")
    assert len(talker.notices) == 1
    memory = Memory(tmp_path, "ana")
    assert {"sister Laura", "hiking", "painting"} <= {fact.text for fact in memory.facts()}
    memory.close()


def test_a_played_talk_leaves_what_is_remembered(tmp_path: Path) -> None:
    talker = _Talker(tmp_path, "ana")
    talker.say("My sister Laura is ill")
    card = Card("1", "I lost my job", ("I lost my job",))
    asyncio.run(rehearse(card, ScriptedSeeker(card), talker.supporter, LexiconReader(), 1))
    asyncio.run(answer((Line(True, "I feel lost."),), talker.supporter, LexiconReader()))
    assert talker.supporter.keeper.recalled("my sister")
    memory = Memory(tmp_path, "ana")
    assert "sister Laura" in {fact.text for fact in memory.facts()}
    assert len(memory.sessions()) == 3
    memory.close()


def test_the_built_in_supporter_says_once_that_it_remembers_and_never_what_is_tender(tmp_path: Path) -> None:
    first = _Talker(tmp_path, "ana")
    first.say("I'm worried about my exam on Friday")
    first.say("I'm worried about my mother's cancer")
    first.supporter.keeper.close()
    again = _Talker(tmp_path, "ana", now=2 * DAY)
    said = again.say("I studied all night for the exam")
    assert said.startswith("I remember you told me you were worried about your exam.")
    assert "I remember" not in again.say("the exam is still on my mind")
    assert "I remember" not in again.say("my mother has cancer")
    assert "I remember" not in _Talker(tmp_path, "", now=2 * DAY).say("I studied all night for the exam")
