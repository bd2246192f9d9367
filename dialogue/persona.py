"""`Persona`: who the supporter is, read from a TOML file; three ship, and anybody can write their own."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from companion.registry import nearest
from dialogue.data import data

FIRST = "mira"
"""The persona of whoever did not choose."""
MOVES = ("acts", "affirm", "ask", "disclose", "inform", "offer", "others", "receive", "restate", "suggest")
"""Moves for which a persona may have lines of its own; the words in danger are the same for all."""
THEMES = ("school", "work", "music", "food", "places", "people")
"""What gentle questions about earlier life are about: the groups of the move `reminisce`."""
SLOTS = frozenset({"person", "clause", "topic", "noun", "word", "earlier"})
MILD = 0.5
"""A listener's default mood is half of what its traits alone would give, so that the talk can move it both ways."""
LARGEST = 256 * 1024
"""Bytes of a persona file; whatever is larger is something else."""

Trait = Annotated[float, Field(ge=-1, le=1)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=320)]
Skill = Literal["corrects", "orients"]


class PersonaError(ValueError):
    """A persona that cannot be used; the message is one line that names file and key and the nearest right one."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Traits(_Part):
    """The Big Five, each from -1 to 1 with 0 for the average person; `stability` is neuroticism turned round."""

    openness: Trait = 0.0
    conscientiousness: Trait = 0.0
    extraversion: Trait = 0.0
    agreeableness: Trait = 0.0
    stability: Trait = 0.0


class Persona(_Part):
    """A supporter's name, manner, traits, looks, and the lines it would rather say than the common ones.

    `key` is the file's name. `type` is four letters after Myers and Briggs, a rough shorthand for people who like it;
    nothing is computed from it. Empty `voice` and `avatar` are the usual ones.
    """

    key: str
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    summary: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=160)]
    """One line for the page."""
    manner: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
    """How it speaks, in plain sentences that a language model gets."""
    traits: Traits = Traits()
    type: Annotated[str, StringConstraints(pattern="^(?:[EI][NS][FT][JP])?$")] = ""
    voice: str = ""
    avatar: str = ""
    boundaries: tuple[Line, ...] = ()
    """What it does not do, each a whole sentence."""
    skills: frozenset[Skill] = frozenset()
    hello: tuple[Line, ...] = ()
    lines: dict[str, dict[str, tuple[Line, ...]]] = {}
    """By move and group, as in `replies/`; `reminisce` has `THEMES` for groups."""

    @field_validator("hello")
    @classmethod
    def _plain(cls, hello: tuple[str, ...]) -> tuple[str, ...]:
        for line in hello:
            _check(line, frozenset())
        return hello

    @field_validator("lines")
    @classmethod
    def _known(cls, lines: dict[str, dict[str, tuple[str, ...]]]) -> dict[str, dict[str, tuple[str, ...]]]:
        for move, groups in lines.items():
            known = _groups(move)
            for group, said in groups.items():
                if group not in known:
                    raise ValueError(f"unknown group '{move}.{group}'{nearest(group, known)}")
                for line in said:
                    _check(line)
        return lines

    @property
    def temperament(self) -> tuple[float, float, float]:
        """Valence, arousal and dominance of its default mood, each in -1..1.

        The regression of pleasure, arousal and dominance on the Big Five by Mehrabian ("Analysis of the Big-Five
        Personality Factors in Terms of the PAD Temperament Model", 1996), as used in ALMA (Gebhard, AAMAS 2005).
        """
        traits = self.traits
        valence = 0.21 * traits.extraversion + 0.59 * traits.agreeableness + 0.19 * traits.stability
        arousal = 0.15 * traits.openness + 0.30 * traits.agreeableness - 0.57 * traits.stability
        dominance = (
            0.25 * traits.openness
            + 0.17 * traits.conscientiousness
            + 0.60 * traits.extraversion
            - 0.32 * traits.agreeableness
        )
        return MILD * valence, MILD * arousal, MILD * dominance

    @property
    def character(self) -> str:
        """Who it is, for a language model's prompt."""
        return "\n".join([f"Your name is {self.name}.", self.manner, *self.boundaries])

    def own(self, move: str, *groups: str) -> list[str]:
        """Its own lines of the groups of a move, in order; without groups all of the move's."""
        table = self.lines.get(move, {})
        return [line for group in groups or table for line in table.get(group, ())]


def persona(name: str | Path, folder: Path | None = None) -> Persona:
    """A persona that ships, one of the person's own in `folder` (theirs unless told), or one by its path.

    Raises `PersonaError` when there is none, or when its file cannot be used.
    """
    text = str(name)
    if text in shipped():
        return _shipped(text)
    if isinstance(name, Path) or text.endswith(".toml") or "/" in text or "\\" in text:
        return read(_expanded(text))
    own = own_files(folder)
    if text in own:
        return read(own[text])
    raise PersonaError(f"unknown persona {text!r}{nearest(text, (*shipped(), *own))}")


def personas() -> tuple[Persona, ...]:
    """Those that ship, the usual one first."""
    return tuple(_shipped(key) for key in sorted(shipped(), key=lambda key: (key != FIRST, key)))


def read(path: Path) -> Persona:
    """The persona of a file; its key is the file's name. Raises `PersonaError`."""
    raw = _bytes(path)
    if len(raw) > LARGEST:
        raise PersonaError(f"{path}: too large for a persona (more than {LARGEST // 1024} KB)")
    try:
        values = tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise PersonaError(f"{path} is not a text file") from None
    except tomllib.TOMLDecodeError as error:
        raise PersonaError(f"{path} is not valid TOML: {' '.join(str(error).split())}") from error
    except RecursionError:
        raise PersonaError(f"{path} is not valid TOML: too many brackets in one another") from None
    return _of(values, path.stem, str(path))


def own_folder() -> Path:
    """Where people's own personas lie: `$XDG_CONFIG_HOME/companion/personas` (XDG Base Directory Specification)."""
    home = os.environ.get("XDG_CONFIG_HOME", "")
    base = Path(home) if home.startswith("/") else Path.home() / ".config"
    return base / "companion" / "personas"


def own_files(folder: Path | None = None) -> dict[str, Path]:
    """The files of the person's own personas by their keys; a name that ships is not taken from here."""
    found = sorted((folder or own_folder()).glob("*.toml"))
    return {path.stem: path for path in found if path.stem not in shipped()}


@cache
def shipped() -> tuple[str, ...]:
    """The keys of those that ship."""
    names = [entry.name for entry in files("dialogue").joinpath("personas").iterdir()]
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def _shipped(key: str) -> Persona:
    text = files("dialogue").joinpath("personas", f"{key}.toml").read_text(encoding="utf-8")
    return _of(tomllib.loads(text), key, f"{key}.toml")


def _expanded(text: str) -> Path:
    """A path with `~` written out. Raises `PersonaError`."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise PersonaError(f"no persona file at {text}: nobody of that name is known here") from None


def _bytes(path: Path) -> bytes:
    """A file's first bytes, one more than `LARGEST` at most. Raises `PersonaError`."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            # A pipe or a terminal would be waited for, perhaps for ever.
            raise PersonaError(f"{path} cannot be read: it is no regular file")
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except FileNotFoundError:
        raise PersonaError(f"no persona file at {path}") from None
    except OSError as error:
        raise PersonaError(f"{path} cannot be read: {error.strerror}") from error
    except PersonaError:
        raise
    except ValueError:
        raise PersonaError(f"{str(path)!r} is no path of a file") from None


def _of(values: dict[str, Any], key: str, place: str) -> Persona:
    if "key" in values:
        raise PersonaError(f"{place}: unknown key 'key'; the file's name is the key")
    try:
        return Persona.model_validate({**values, "key": key})
    except ValidationError as error:
        raise PersonaError(f"{place}: {'; '.join(_explain(dict(problem)) for problem in error.errors())}") from None


def _explain(problem: dict[str, Any]) -> str:
    """One problem of a file, with the nearest right key."""
    at = problem["loc"]
    where = ".".join(str(part) for part in at)
    kind = problem["type"]
    if kind == "extra_forbidden":
        known = tuple(Traits.model_fields if at[0] == "traits" else (set(Persona.model_fields) - {"key"}))
        return f"unknown key {where!r}{nearest(str(at[-1]), tuple(sorted(known)))}"
    if kind == "missing":
        return f"{where!r} is missing"
    if kind == "value_error":
        return str(problem["ctx"]["error"])
    if kind == "literal_error":
        return f"unknown skill {problem['input']!r}{nearest(str(problem['input']), get_args(Skill))}"
    if where == "type":
        return f"type = {problem['input']!r}: four letters such as 'INFJ', or empty"
    return f"{where} = {problem['input']!r:.60}: {problem['msg']}"


def _groups(move: str) -> tuple[str, ...]:
    """The groups of a move. Raises `ValueError` for an unknown move."""
    if move == "reminisce":
        return THEMES
    if move not in MOVES:
        raise ValueError(f"unknown move 'lines.{move}'{nearest(move, (*MOVES, 'reminisce'))}")
    return tuple(data(f"replies/{move}"))


def _check(line: str, known: frozenset[str] = SLOTS) -> None:
    """Raises `ValueError` for a line that could never be said; `known` are the slots it may have."""
    text, _, unless = line.partition("||")
    try:
        re.compile(unless.strip())
    except re.error as error:
        raise ValueError(f"in {line!r}: {unless.strip()!r} is no pattern ({error})") from None
    for slot in re.findall(r"\{([^{}]*)\}", text):
        if slot.lower() not in known:
            raise ValueError(f"in {line!r}: nothing is put for {{{slot}}}{nearest(slot, tuple(sorted(known)))}")
    if brace := re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", text)):
        raise ValueError(f"in {line!r}: a {brace[0]!r} without its other half")
