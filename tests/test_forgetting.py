"""Forgetting the person, whatever the session is doing at that moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import pytest

from companion.types import Message, Plan, UserTurn
from tests.fakes import FakeEar, FakeModel, Stage, Stopwatch, play

LONG = "This is a rather long answer that goes on for quite a while, so that there is time to forget it."


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.1, 0.6, 3.0])
def test_forgetting_leaves_nothing_whatever_the_answer_is_doing(
    seconds: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    model = FakeModel(f"{LONG} Zanzibar it is, then.", piece_sec=0.2)

    async def scene(stage: Stage) -> None:
        await stage.session.configure(stage.session.settings.changed(user="ana"))
        stage.session.type("My sister Laura moved to Zanzibar")
        if seconds:
            await stage.quiet(seconds)
        stage.session.forget()
        told = len(stage.events)
        await stage.quiet(0.5)
        assert not stage.session.transcript.lines
        stage.session.type("hello again")
        await stage.quiet(2)
        assert [event.fields["text"] for event in stage.events[told:] if event.kind == "turn"] == ["hello again"]
        assert not any(word in str(stage.events[told:]) for word in ("Laura", "sister", LONG[:20]))
        assert "Laura" not in str(model.asked[-1])
        lines = stage.session.transcript.as_dict()["lines"]
        assert [line["text"] for line in lines if line["speaker"] == "you"] == ["hello again"]
        assert "Laura" not in str(lines)

    play(scene, language=model)
    assert b"Laura" not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.parametrize("steps", range(8))
def test_forgetting_between_two_steps_of_an_answer_leaves_nothing_in_the_memory(
    steps: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    async def scene(stage: Stage) -> None:
        await stage.session.configure(stage.session.settings.changed(user="ana"))
        stage.session.type("My sister Laura is ill")
        for _ in range(steps):
            await asyncio.sleep(0)
        stage.session.forget()
        told = len(stage.events)
        await stage.quiet(1)
        assert not stage.session.transcript.lines
        assert not {"turn", "plan", "clause"} & {event.kind for event in stage.events[told:]}

    play(scene)
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


@pytest.mark.parametrize("steps", range(8))
def test_forgetting_between_two_steps_of_a_greeting_tells_nothing_more_of_it(steps: int) -> None:
    async def scene(stage: Stage) -> None:
        stage.session.greet()
        for _ in range(steps):
            await asyncio.sleep(0)
        stage.session.forget()
        told = len(stage.events)
        await stage.quiet(1)
        assert not [event for event in stage.events[told:] if event.kind == "clause"]
        assert not stage.session.transcript.lines

    play(scene)


def test_what_an_answer_notes_at_its_very_end_is_forgotten_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    async def scene(stage: Stage) -> None:
        await stage.session.configure(stage.session.settings.changed(user="ana"))
        answerer = stage.session._supporter
        reply = answerer.reply

        async def noting(turn: UserTurn, history: list[Message], interrupted: bool) -> AsyncGenerator[Plan, None]:
            async with aclosing(reply(turn, history, interrupted)) as items:
                planned = await anext(items)
                assert isinstance(planned, Plan)
                try:
                    yield planned
                    await asyncio.sleep(9)
                finally:
                    answerer.keeper.hear(turn, planned, history)

        vars(answerer)["reply"] = noting
        stage.session.type("My sister Laura is ill")
        await stage.quiet(0.1)
        stage.session.forget()
        await stage.quiet(1)

    play(scene)
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def test_what_was_said_before_and_is_understood_only_after_is_forgotten_too() -> None:
    async def scene(stage: Stage) -> None:
        await stage.speak(1)
        await stage.quiet(1.5)
        assert stage.session.busy
        assert not stage.of("turn")
        stage.session.forget()
        await stage.quiet(3)
        assert not stage.of("turn")
        assert not stage.of("words", text="the blue house")
        await stage.speak(1)
        await stage.quiet(6)
        assert [event.fields["text"] for event in stage.of("turn")] == ["good morning"]

    watch = Stopwatch()
    play(scene, watch=watch, recognizer=FakeEar(watch, ["the blue house", "good morning"], final_sec=3))
