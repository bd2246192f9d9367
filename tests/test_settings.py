"""Settings, registry and affect: what people type."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from companion.affect import EMOTIONS, Affect
from companion.profile import resolve
from companion.registry import STAGES, EngineUnavailableError, engine, names
from companion.settings import Settings, SettingsError
from companion.studio import Studio


def test_a_mistyped_key_is_named_with_the_nearest_right_one(tmp_path: Path) -> None:
    file = tmp_path / "companion.toml"
    file.write_text("[engines]\nrecogniser = 'pocketsphinx'\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"engines\.recogniser.*did you mean 'recognizer'"):
        Settings.load(file)


@pytest.mark.parametrize(
    ("text", "message"),
    [("port = 'high'", "port"), ("port = ", "cannot be read"), ("expressiveness = 9", "expressiveness")],
)
def test_bad_values_are_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "companion.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=message):
        Settings.load(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no settings file"):
        Settings.load(tmp_path / "nowhere.toml")


def test_a_change_is_checked_and_leaves_the_old_settings_alone() -> None:
    settings = Settings()
    with pytest.raises(SettingsError):
        settings.changed(expressiveness=3)
    assert settings.changed(expressiveness=1.5).expressiveness == 1.5
    assert settings.expressiveness == 1.0


def test_every_stage_has_the_engine_that_the_defaults_name() -> None:
    for stage in STAGES:
        assert getattr(Settings().engines, stage) in names(stage)


def test_a_mistyped_engine_is_named_with_the_nearest() -> None:
    with pytest.raises(EngineUnavailableError, match="did you mean 'espeak'"):
        engine("synthesizer", "espaek")


def test_an_engine_can_be_given_as_module_and_class() -> None:
    assert engine("language", "tests.fakes:FakeModel").__name__ == "FakeModel"
    with pytest.raises(EngineUnavailableError, match="cannot be loaded"):
        engine("language", "nowhere.at.all:Model")


def test_an_affect_is_read_from_text() -> None:
    affect = Affect.parse("sad:0.6, fear:0.2")
    assert affect["sad"] == pytest.approx(0.6)
    assert affect["neutral"] == pytest.approx(0.2)
    assert affect.dominant == "sad"
    assert affect.valence < -0.4


@pytest.mark.parametrize("text", ["", "gloomy:1", "sad:much", "sad:2", "sad:-1"])
def test_what_is_not_an_affect_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"emotion|strength|affect"):
        Affect.parse(text)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_blending_and_scaling_stay_feelings(emotion: str) -> None:
    feeling = Affect.of(emotion, 0.8)
    half = Affect().blend(feeling, 0.5)
    assert half.valence == pytest.approx(feeling.valence / 2)
    assert sum(feeling.scaled(1.5).distribution) == pytest.approx(1)
    assert feeling.scaled(0.0).distribution[0] == pytest.approx(1)


def test_a_profile_without_its_engines_says_so_and_uses_the_embedded_ones() -> None:
    settings, remarks = resolve(Settings(profile="gpu"))
    assert settings.engines == Settings().engines
    assert any("synthesizer" in remark and "espeak" in remark for remark in remarks)
    assert resolve(Settings(profile="embedded")) == (Settings(profile="embedded"), [])


def test_an_engine_without_its_file_is_said_in_one_line(tmp_path: Path) -> None:
    settings = Settings().changed(engines={"feeling": "transformers"}, models={"words": str(tmp_path)})
    said = "the feeling engine 'transformers' cannot be"
    with Studio() as studio, pytest.raises(EngineUnavailableError, match=said) as e:
        studio.engine("feeling", settings)
    assert "\n" not in str(e.value)


def test_naming_no_key_sends_none_whatever_the_engine_would_send() -> None:
    settings = Settings().changed(language_server={"api_key_env": ""}, engines={"language": "openai"})
    with Studio() as studio:
        assert vars(studio.engine("language", settings))["_key_env"] == ""


def test_an_engine_that_two_threads_ask_for_is_loaded_once() -> None:
    settings = Settings().changed(engines={"language": "tests.test_settings:Slow"})
    with Studio() as studio, ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(studio.engine, "language", settings) for _ in range(4)]
        assert len({id(each.result()) for each in asked}) == 1


class Slow:
    """An engine that takes a moment to load."""

    def __init__(self) -> None:
        time.sleep(0.05)


def test_the_name_of_a_language_model_reaches_the_language_engine_alone() -> None:
    settings = Settings().changed(language_server={"model": "llama3.1"}, engines={"language": "openai"})
    with Studio() as studio:
        assert studio.engine("language", settings) is not None
        studio.engine("face", settings)  # it would look for a file of that name
