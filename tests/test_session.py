"""Whole sessions with fake engines on media time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from companion.settings import Settings
from companion.types import Affect
from dialogue.memory import Memory, default_folder
from tests.fakes import FakeEar, FakeFace, FakeModel, FakeReader, FakeVoice, Stage, Stopwatch, play

LONG = "This is a rather long answer that goes on for quite a while, so that there is time to speak over it."


def test_a_spoken_sentence_is_answered_by_voice() -> None:
    async def scene(stage: Stage) -> None:
        await stage.speak(1.5)
        await stage.quiet(6)
        assert [event.fields["text"] for event in stage.of("turn")] == ["i lost my job"]
        (mark,) = stage.of("mark", name="response")
        assert 300 < mark.fields["response_ms"] < 700
        end = stage.of("speech", state="end")[0]
        assert end.fields["heard"] == "I hear you. That sounds hard for you."
        assert [line.speaker for line in stage.session.transcript.lines] == ["you", "companion"]

    watch = Stopwatch()
    play(scene, watch=watch, recognizer=FakeEar(watch, ["i lost my job"]))


def test_frames_never_stop_and_keep_their_pace() -> None:
    async def scene(stage: Stage) -> None:
        await stage.speak(1)
        await stage.quiet(4)
        times = [time for time, _ in stage.sound]
        assert len(times) >= 5 * 25 - 3
        assert max(b - a for a, b in pairwise(times)) < 0.0401

    play(scene)


def test_speaking_over_the_companion_silences_it_within_200_ms() -> None:
    async def scene(stage: Stage) -> None:
        stage.session.type("hello")
        await stage.quiet(3)
        start = stage.session.clock.now()
        assert stage.loud_between(start - 1, start) == 1.0
        await stage.speak(1.5)
        assert stage.loud_between(start + 0.2, start + 1.5) == 0.0
        assert stage.of("speech", state="interrupted")

    play(scene, language=FakeModel(LONG))


def test_only_what_was_heard_is_remembered_as_said() -> None:
    model = FakeModel(LONG)

    async def scene(stage: Stage) -> None:
        stage.session.type("hello")
        await stage.quiet(3)
        await stage.speak(1.5)
        await stage.quiet(2)
        said = stage.session.transcript.lines[1]
        assert said.cut
        assert LONG.startswith(said.text)
        assert 5 <= len(said.text.split()) <= 11  # about 2.7 s of speech at 0.3 s a word
        assert said.text in [message.content for message in model.asked[-1]]

    watch = Stopwatch()
    play(scene, watch=watch, language=model, recognizer=FakeEar(watch, ["wait a moment please"]))


def test_a_hum_of_agreement_does_not_stop_the_companion() -> None:
    async def scene(stage: Stage) -> None:
        stage.session.type("hello")
        await stage.quiet(2)
        start = stage.session.clock.now()
        await stage.speak(0.45, hertz=180)
        await stage.quiet(2)
        assert stage.loud_between(start, start + 2.4) == 1.0
        assert not stage.of("speech", state="paused")

    play(scene, language=FakeModel(LONG))


def test_what_stood_on_the_page_counts_as_read_when_it_is_answered_in_writing() -> None:
    async def scene(stage: Stage) -> None:
        stage.session.type("hello")
        await stage.quiet(3)
        stage.session.type("I read faster than you speak")
        await stage.quiet(2)
        assert stage.of("speech", state="interrupted", turn=1)[0].fields["heard"] == LONG
        line = next(line for line in stage.session.transcript.lines if line.speaker == "companion")
        assert (line.text, line.cut) == (LONG, False)

    play(scene, language=FakeModel(LONG))


def test_a_spoken_yeah_lets_the_companion_go_on_from_the_cut_word() -> None:
    async def scene(stage: Stage) -> None:
        stage.session.type("hello")
        await stage.quiet(2)
        await stage.speak(0.4)
        await stage.quiet(8)
        assert stage.of("speech", state="resumed")
        assert not stage.of("speech", state="interrupted")
        assert stage.of("speech", state="end")[0].fields["heard"] == LONG

    watch = Stopwatch()
    play(scene, watch=watch, language=FakeModel(LONG), recognizer=FakeEar(watch, ["yeah"]))


def test_an_unfinished_sentence_is_waited_for() -> None:
    async def scene(stage: Stage) -> None:
        await stage.speak(1)
        await stage.quiet(0.9)
        assert not stage.of("turn")
        await stage.speak(1)
        await stage.quiet(1.5)
        assert [event.fields["text"] for event in stage.of("turn")] == ["i wanted to call her and then she left"]

    watch = Stopwatch()
    play(scene, watch=watch, recognizer=FakeEar(watch, ["i wanted to call her and", "then she left"]))


def test_going_on_before_the_answer_sounds_makes_one_turn() -> None:
    async def scene(stage: Stage) -> None:
        await stage.speak(1)
        await stage.quiet(0.6)
        await stage.speak(1)
        await stage.quiet(6)
        texts = [event.fields["text"] for event in stage.of("turn")]
        assert texts == ["my sister rang me", "my sister rang me this morning early"]
        assert [line.text for line in stage.session.transcript.lines if line.speaker == "you"] == texts[1:]

    watch = Stopwatch()
    ear = FakeEar(watch, ["my sister rang me", "this morning early"])
    play(scene, watch=watch, recognizer=ear, language=FakeModel(piece_sec=0.5))


def test_writing_during_the_greeting_is_answered_aloud() -> None:
    async def scene(stage: Stage) -> None:
        stage.session.greet()
        await stage.quiet(0.5)
        stage.session.type("my dog died")
        await stage.quiet(5)
        assert stage.of("speech", state="interrupted", turn=1)
        assert stage.of("speech", state="end", turn=2)
        start = stage.of("speech", state="start", turn=2)[0].t
        assert stage.loud_between(start + 0.08, start + 2) == 1.0

    play(scene)


def test_a_crashed_answer_is_apologised_for_and_nothing_is_lost() -> None:
    async def scene(stage: Stage) -> None:
        stage.session.type("I feel alone")
        await stage.quiet(5)
        assert "the voice broke" in stage.of("error", stage="answer")[0].fields["message"]
        speakers = [line.speaker for line in stage.session.transcript.lines]
        assert speakers == ["you", "companion"]
        stage.session.type("are you there")
        await stage.quiet(5)
        assert len(stage.session.transcript.lines) == 4

    watch = Stopwatch()
    play(scene, watch=watch, synthesizer=FakeVoice(watch, fail_on=[1]))


def test_a_failing_face_reader_is_announced_and_started_again() -> None:
    async def scene(stage: Stage) -> None:
        import numpy as np

        from companion.types import VideoFrame

        for _ in range(60):
            stage.session.see(VideoFrame(np.zeros((4, 4, 3), np.uint8), stage.session.clock.now()))
            await stage.quiet(0.1)
        assert "the camera went away" in stage.of("error", stage="face")[0].fields["message"]
        assert len(stage.of("face")) > 20

    play(scene, face=FakeReader(Affect.of("happy"), fail_at=5))


def test_slow_drawing_makes_pictures_late_but_never_the_sound() -> None:
    async def scene(stage: Stage) -> None:
        stage.session.type("hello")
        await stage.quiet(4)
        times = [time for time, _ in stage.sound]
        assert max(b - a for a, b in pairwise(times)) < 0.0401
        assert stage.session.performer.late > 20
        assert stage.loud_between(1.0, 3.0) == 1.0

    watch = Stopwatch()
    face = FakeFace(watch, work_sec=0.09)
    play(scene, watch=watch, language=FakeModel(LONG), animator=face, renderer=face)


def test_a_cough_starts_no_turn() -> None:
    async def scene(stage: Stage) -> None:
        await stage.speak(0.3)
        await stage.quiet(3)
        assert not stage.of("turn")

    play(scene)


def test_a_slider_leaves_what_is_known_of_the_talk_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    async def scene(stage: Stage) -> None:
        session = stage.session
        await session.configure(session.settings.changed(user="ana"))
        answerer = session._supporter
        for text, change in (
            ("My sister Laura is ill", {"expressiveness": 0.5}),
            ("My brother Tom is here", {"voice": "james", "avatar": "james"}),
            ("I live in Porto", {"engines": {"animator": "other"}}),
        ):
            session.type(text)
            await stage.quiet(4)
            await session.configure(session.settings.changed(**change))
        assert session._supporter is answerer
        await session.configure(session.settings.changed(persona="amara"))
        assert session._supporter is not answerer
        session.type("My cat is called Zeno")
        await stage.quiet(4)
        assert len(Memory(default_folder(), "ana").sessions()) == 1

    play(scene)


@pytest.mark.parametrize(
    "change",
    [
        {"persona": "amara"},
        {"country": "IE"},
        {"user": "ben"},
        {"planning": {"debias": False}},
        {"prompting": {"hints": True}},
        {"language_server": {"model": "other"}},
        {"models": {"language": "other"}},
        {"engines": {"language": "other"}},
        {"engines": {"feeling": "other"}},
    ],
)
def test_another_supporter_answers_when_its_own_settings_change(
    change: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    async def scene(stage: Stage) -> None:
        before = stage.session._supporter
        await stage.session.configure(stage.session.settings.changed(**change))
        assert stage.session._supporter is not before

    play(scene)


def test_an_engine_is_loaded_beside_the_loop_and_used_when_it_is_there() -> None:
    async def scene(stage: Stage) -> None:
        loading, go_on, loop = asyncio.Event(), threading.Event(), asyncio.get_running_loop()
        threads: set[threading.Thread] = set()
        find: Callable[[str, Settings], Any] = stage.session._studio.engine

        def slow(name: str, settings: Settings) -> Any:  # noqa: ANN401 - each stage has its own contract
            if name == "synthesizer" and settings.voice == "james":
                threads.add(threading.current_thread())
                loop.call_soon_threadsafe(loading.set)
                assert go_on.wait(5)
            return find(name, settings)

        vars(stage.session._studio)["engine"] = slow
        change = asyncio.create_task(stage.session.configure(stage.session.settings.changed(voice="james")))
        await loading.wait()
        assert stage.session.settings.voice == ""  # the loop runs, and the talk goes on as before
        go_on.set()
        await change
        assert stage.session.settings.voice == "james"
        assert threading.main_thread() not in threads

    play(scene)


def test_with_a_name_a_session_remembers_until_it_is_told_to_forget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    def kept() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    async def tell(stage: Stage) -> None:
        await stage.session.configure(stage.session.settings.changed(user="ana"))
        stage.session.type("My sister Laura is ill")
        await stage.quiet(1)

    async def forget(stage: Stage) -> None:
        await tell(stage)
        stage.session.forget()

    play(tell)
    assert b"Laura" in kept()
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.rglob("*") if path.is_file())
    play(forget)
    assert b"Laura" not in kept()


def test_its_own_voice_in_the_loudspeaker_does_not_interrupt_it() -> None:
    async def scene(stage: Stage) -> None:
        stage.session.type("hello")
        await stage.echo(9, gain=0.2, delay=0.12)
        assert not stage.of("speech", state="paused")
        assert stage.of("speech", state="end")

    play(scene, language=FakeModel(LONG))


def test_the_user_is_heard_over_the_echo() -> None:
    async def scene(stage: Stage) -> None:
        stage.session.type("hello")
        await stage.echo(3, gain=0.05, delay=0.12)
        start = stage.session.clock.now()
        await stage.speak(1.5)
        assert stage.loud_between(start + 0.2, start + 1.5) == 0.0

    play(scene, language=FakeModel(LONG))


def test_a_silent_microphone_is_remarked_once() -> None:
    async def scene(stage: Stage) -> None:
        await stage.quiet(15)
        remarks = stage.of("error", stage="microphone")
        assert len(remarks) == 1
        assert "silent" in remarks[0].fields["message"]

    play(scene)


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_empty_typed_text_is_ignored(text: str) -> None:
    async def scene(stage: Stage) -> None:
        stage.session.type(text)
        await stage.quiet(0.5)
        assert not stage.of("turn")

    play(scene)
