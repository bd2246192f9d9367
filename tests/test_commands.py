"""The command line with the real engines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from companion.affect import Affect
from companion.cli import app
from companion.event import KINDS
from companion.movie import Movie, MovieError
from companion.recording import Recording
from companion.replay import replay_file
from companion.saying import say
from companion.settings import Settings
from companion.studio import Studio
from companion.types import AudioChunk, Picture, VideoFrame
from tests.test_media import tone


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    "command", ["serve", "check", "replay", "say", "reply", "bench", "label", "cut", "train face", "eval voice"]
)
def test_every_command_explains_itself(command: str) -> None:
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_check_finds_everything_that_a_conversation_needs() -> None:
    result = run("check", "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 0, report
    assert report["ok"]
    assert {engine["stage"] for engine in report["engines"] if engine["obstacle"] is None} >= {"face", "renderer"}


def test_a_reply_comes_with_its_plan() -> None:
    answer = json.loads(run("reply", "I lost my job and I feel awful", "--json").stdout)
    assert len(answer["reply"].split()) > 3
    assert answer["plan"]["emotion"] == "sad"
    assert answer["plan"]["reason"]


def test_talk_of_suicide_gets_the_crisis_path_whatever_the_settings(tmp_path: Path) -> None:
    config = tmp_path / "companion.toml"
    config.write_text(
        'country = "IE"\n[engines]\nlanguage = "openai"\n[language_server]\nbase_url = "http://127.0.0.1:9/v1"\n'
    )
    answer = json.loads(run("reply", "I want to kill myself", "--config", config, "--json").stdout)
    assert answer["plan"]["risk"] == "crisis"
    assert "116 123" in answer["reply"]


def test_a_dead_language_server_is_named_and_the_built_in_supporter_answers(tmp_path: Path) -> None:
    config = tmp_path / "companion.toml"
    config.write_text(
        '[engines]\nlanguage = "openai"\n[language_server]\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "m"\n'
    )
    answer = json.loads(run("reply", "My cat died", "--config", config, "--json").stdout)
    assert "127.0.0.1:9" in answer["notices"][0]
    assert len(answer["reply"].split()) > 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("reply", "  "), "empty"),
        (("say", "hello", "--affect", "gloomy"), "unknown emotion"),
        (("say", ""), "empty"),
        (("bench", "latencies"), "did you mean 'latency'"),
        (("replay", "/nowhere.mp4"), "no such file"),
        (("reply", "hi", "--config", "/nowhere.toml"), "no settings file"),
    ],
)
def test_bad_input_ends_in_one_clear_line(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_file_that_is_no_recording_leaves_nothing_behind(tmp_path: Path) -> None:
    broken, out = tmp_path / "broken.mp4", tmp_path / "out.mp4"
    broken.write_bytes(b"not a movie")
    result = run("replay", broken, "--out", out)
    assert result.exit_code == 2
    assert "broken.mp4" in result.stderr
    assert not out.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("say", "hello", "--out"),
        ("replay", "p.mp4", "--out"),
        ("replay", "p.mp4", "--trace"),
        ("label", "p.mp4", "--out"),
    ],
)
def test_what_cannot_be_written_is_said_before_the_work_is_done(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = run(*arguments, tmp_path / "nowhere" / "out")
    assert result.exit_code == 2
    assert result.stderr.strip() == f"companion: {tmp_path / 'nowhere' / 'out'} cannot be written"


def test_a_spoken_clip_has_a_face_and_a_voice(tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    result = run("say", "I am glad you are here.", "--affect", "happy:0.7", "--out", out, "--json")
    assert json.loads(result.stdout)["seconds"] > 1.5
    items = list(Recording(out))
    pictures = [item.picture for item in items if isinstance(item, VideoFrame)]
    sound = np.concatenate([item.samples for item in items if isinstance(item, AudioChunk)])
    assert len(pictures) > 40
    assert np.abs(sound).max() > 0.1
    assert max(float(np.abs(a.astype(int) - pictures[0]).mean()) for a in pictures) > 0.3


@pytest.mark.data
def test_a_recorded_person_is_seen_heard_and_answered(data: Path, tmp_path: Path) -> None:
    out, trace = tmp_path / "session.mp4", tmp_path / "trace.json"
    person = data / "talking" / "WDA_KatieHill_000.mp4"
    summary = json.loads(run("replay", person, "--out", out, "--trace", trace, "--json").stdout)
    assert summary["turns"] >= 1
    assert summary["replies"] >= 1
    events = json.loads(trace.read_text())
    assert {event["kind"] for event in events} <= set(KINDS)
    assert {"face", "voice", "words", "affect", "turn", "plan", "clause", "speech", "mark"} <= {
        e["kind"] for e in events
    }
    assert [event["t"] for event in events] == sorted(event["t"] for event in events)
    assert sum(isinstance(item, VideoFrame) for item in Recording(out)) == summary["frames"]


@pytest.mark.parametrize("kind", ["silence", "noise", "tone"])
def test_sound_without_speech_is_replayed_without_a_word(tmp_path: Path, kind: str) -> None:
    path = tone(tmp_path / "sound.wav", 8000, 1, 3.0)
    if kind != "tone":
        import wave

        random = np.random.default_rng(0)
        level = 0 if kind == "silence" else 300
        with wave.open(str(path), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(48_000)
            file.writeframes((level * random.standard_normal(2 * 3 * 48_000)).astype("<i2").tobytes())
    summary = json.loads(run("replay", path, "--out", tmp_path / "out.mp4", "--json").stdout)
    assert summary["replies"] == 0
    assert summary["frames"] > 100


@pytest.mark.parametrize("command", ["say", "replay"])
def test_a_picture_that_cannot_be_written_ends_the_work_instead_of_hanging(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    def full(_movie: Movie, _picture: Picture) -> None:
        raise MovieError("no space left on device")

    monkeypatch.setattr(Movie, "show", full)
    clip = tone(tmp_path / "tone.wav", 16_000, 1, 1.0)
    out = tmp_path / "out.mp4"
    works: dict[str, Callable[[Studio], object]] = {
        "say": lambda studio: say("Hello.", Affect(), out, Settings(), studio),
        "replay": lambda studio: replay_file(clip, out, Settings(), studio),
    }
    with Studio() as studio, pytest.raises(MovieError, match="no space left"):
        works[command](studio)
    assert not list(tmp_path.glob("*out*"))


def test_what_the_readers_cost_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("companion.reading.FACES", 4)
    monkeypatch.setattr("companion.reading.UTTERANCES", 4)
    figures = json.loads(run("bench", "readers", "--json").stdout)
    assert figures["face_n"] == figures["words_n"] == 4
    assert figures["voice_n"] > 10
    assert all(figures[f"{name}_median_ms"] <= figures[f"{name}_p95_ms"] for name in ("face", "voice", "words"))
