"""`Settings`: everything a person can set, from `companion.toml`, the command line or the page."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from companion.registry import nearest


class SettingsError(ValueError):
    """A settings file or value that cannot be used; the message names it and the nearest right one."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Engines(_Part):
    """The engine of each stage, by declared name or as `module:Class`."""

    face: str = "mediapipe"
    prosody: str = "trained"
    feeling: str = "trained"
    activity: str = "silero"
    recognizer: str = "pocketsphinx"
    language: str = "scripted"
    synthesizer: str = "espeak"
    animator: str = "rules"
    renderer: str = "character"


class Models(_Part):
    """Files or folders of the engines that need one: empty is what ships or is found in its usual place."""

    face: str = ""
    voice: str = ""
    words: str = ""
    language: str = ""


class LanguageServer(_Part):
    """An OpenAI-compatible server (Ollama, llama.cpp, vLLM) for the `openai` language engine."""

    base_url: str = "http://127.0.0.1:11434/v1"
    model: str = ""
    api_key_env: str = "OPENAI_API_KEY"
    """The environment variable with the key that is sent to `base_url`; empty: none is sent."""
    timeout_sec: float = Field(default=4.0, gt=0, le=120)


class Planning(_Part):
    """Which parts of the support planner are asked; the rules of care always are."""

    states: bool = True
    model: bool = True
    lookahead: bool = True
    debias: bool = True


class Prompting(_Part):
    """What a language model is told or made to do beside the plan; nothing of it touches the scripted supporter."""

    plan_line: bool = False
    """It first writes how it reads the turn, which refines the plan and costs the time of one line."""
    emotional_stimulus: bool = False
    hints: bool = False
    """What the small readers and the strategist make of the turn."""
    cases: str = ""
    """A file of support dialogues (ESConv, prepared) in which like moments are looked up."""
    candidates: int = Field(default=1, ge=1, le=8)
    """Replies of which the one is said that a simulated user takes best; 1: the first."""
    candidates_sec: float = Field(default=2.5, gt=0, le=60)


class Settings(_Part):
    """All settings, with their defaults. Frozen: a change makes a new object."""

    profile: Literal["auto", "embedded", "cpu", "gpu"] = "auto"
    host: str = "127.0.0.1"
    port: int = Field(default=7860, ge=0, le=65535)
    avatar: str = "mira"
    voice: str = ""
    expressiveness: float = Field(default=1.0, ge=0, le=1.5)
    size: Literal[256, 512, 768, 1024] = 512
    country: str = ""
    persona: str = "mira"
    """Who it is: one that ships, one of the person's own, or the path of a persona file."""
    user: str = Field(default="", max_length=80)
    """The name under which what a person tells is remembered between talks; empty: nothing is kept."""
    ice_servers: tuple[str, ...] = ()
    sessions: int = Field(default=4, ge=1, le=64)
    engines: Engines = Engines()
    models: Models = Models()
    language_server: LanguageServer = LanguageServer()
    planning: Planning = Planning()
    prompting: Prompting = Prompting()

    @classmethod
    def load(cls, path: Path) -> Settings:
        """Read a `companion.toml`. Raises `SettingsError` naming the file and the key."""
        try:
            with path.open("rb") as file:
                values = tomllib.load(file)
        except FileNotFoundError:
            raise SettingsError(f"no settings file at {path}") from None
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{path} cannot be read: {error}") from error
        try:
            return cls.of(values)
        except SettingsError as error:
            raise SettingsError(f"{path}: {error}") from None

    @classmethod
    def of(cls, values: dict[str, Any]) -> Settings:
        """Settings from plain values. Raises `SettingsError` for an unknown key (with the nearest) or a bad value."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise SettingsError("; ".join(_explain(dict(problem)) for problem in error.errors())) from None

    def changed(self, **values: Any) -> Settings:  # noqa: ANN401 - the values are checked against the model
        """A copy with some values replaced and checked. Raises `SettingsError`."""
        return Settings.of({**self.model_dump(), **values})


def _explain(problem: dict[str, Any]) -> str:
    where = ".".join(str(part) for part in problem["loc"])
    if problem["type"] != "extra_forbidden":
        return f"{where} = {problem['input']!r}: {problem['msg']}"
    parent: type[BaseModel] = Settings
    for part in problem["loc"][:-1]:
        annotation = parent.model_fields[str(part)].annotation
        assert isinstance(annotation, type) and issubclass(annotation, BaseModel)  # noqa: S101, PT018 - only parts nest
        parent = annotation
    return f"unknown setting {where!r}{nearest(str(problem['loc'][-1]), tuple(parent.model_fields))}"
