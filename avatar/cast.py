"""`Character`: who can be drawn, read from the TOML files in `avatar/characters`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from companion.registry import nearest

FIRST = "mira"
"""The character shown when nobody chose."""


class Part(BaseModel):
    """A table of a character's file; a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Skin(Part):
    """Tones from the lit to the shaded side, and what the blood adds."""

    light: str
    middle: str
    shade: str
    deep: str
    blush: str
    lip: str
    lip_dark: str
    freckles: int = 0
    stubble: float = 0.0


class Face(Part):
    """Shape: the outline as (y, half width) from crown to chin, and the sizes of features against the norm of 1."""

    outline: list[tuple[float, float]]
    age: float = Field(0.2, ge=0, le=1)
    nose_width: float = 1.0
    nose_length: float = 1.0
    lips: float = 1.0
    mouth_width: float = 1.0
    eye_width: float = 1.0
    eye_height: float = 1.0
    eye_tilt: float = 0.0
    cheekbones: float = 1.0
    ears: bool = True


class Eyes(Part):
    """Iris colours from the pupil outwards, and the lashes."""

    inner: str
    outer: str
    ring: str
    lashes: float = 1.0


class Brows(Part):
    """The brow's middle line for the avatar's left eye, inner end first, and its thickness there."""

    line: list[tuple[float, float]]
    thickness: list[float]
    colour: str
    density: float = 1.0


class Lock(Part):
    """A lock of hair: strands spread over two or more guide curves, root first; `mirror` makes the other side too."""

    guides: list[list[tuple[float, float]]] = Field(min_length=2)
    strands: int = 120
    clumps: int = 1
    taper: float = 0.4
    ragged: float = 1.0
    soft: float = 1.2
    wave: float = 0.0
    turns: float = 1.3
    behind: bool = False
    mirror: bool = False
    tone: float = 0.0
    solid: float = 1.0


class Hair(Part):
    """Colours of the hair and its locks, in the order they are painted."""

    dark: str
    middle: str
    light: str
    grey: float = 0.0
    locks: list[Lock] = Field(default_factory=list)


class Clothes(Part):
    """What is worn: a knitted jumper with a round neck, or a collared shirt under a cardigan."""

    kind: str = Field(pattern="^(knit|shirt)$")
    main: str
    second: str
    shoulder: float = 330.0


class Glasses(Part):
    """The frame of a pair of spectacles."""

    colour: str
    width: float = 62.0
    height: float = 46.0
    line: float = 5.0


class Character(Part):
    """One character, complete."""

    title: str
    skin: Skin
    face: Face
    eyes: Eyes
    brows: Brows
    hair: Hair
    clothes: Clothes
    glasses: Glasses | None = None
    seed: int = 1


@cache
def names() -> tuple[str, ...]:
    """The characters that can be drawn; the first is the one shown when nobody chose."""
    folder = resources.files("avatar.characters")
    found = [entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")]
    return tuple(sorted(found, key=lambda name: (name != FIRST, name)))


@cache
def character(name: str) -> Character:
    """The character of that name. Raises `ValueError` with the nearest right name for an unknown one."""
    if name not in names():
        raise ValueError(f"unknown character {name!r}{nearest(name, names())}")
    table: dict[str, Any] = tomllib.loads(
        (resources.files("avatar.characters") / f"{name}.toml").read_text(encoding="utf-8")
    )
    return Character(**table)
