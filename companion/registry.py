"""Where engines are found: entry points named `companion.<stage>`, or `module:Class`."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

STAGES = (
    "face", "prosody", "feeling", "activity", "recognizer", "language", "synthesizer", "animator", "renderer",
)  # fmt: skip


class EngineUnavailableError(Exception):
    """No such engine, or it cannot run here; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An engine as offered to the user: `obstacle` is None when it can run here."""

    stage: str
    name: str
    summary: str
    obstacle: str | None


@cache
def names(stage: str) -> Mapping[str, EntryPoint]:
    """The engines declared for a stage, by name; read from the installed packages once, which takes some 10 ms."""
    return {point.name: point for point in sorted(entry_points(group=f"companion.{stage}"))}


def engine(stage: str, name: str) -> type[Any]:
    """The class of an engine, by its declared name or as `module:Class`.

    Raises `EngineUnavailableError` with the nearest right name, or the command that installs a missing extra.
    """
    if stage not in STAGES:
        raise EngineUnavailableError(f"unknown stage {stage!r}{nearest(stage, STAGES)}")
    known = names(stage)
    point = known.get(name)
    if point is None and ":" in name:
        point = EntryPoint(name, name, f"companion.{stage}")
    if point is None:
        raise EngineUnavailableError(f"unknown {stage} engine {name!r}{nearest(name, tuple(known))}")
    try:
        return _load(point)
    except (ImportError, AttributeError) as error:
        raise EngineUnavailableError(_missing(stage, point, error)) from error


def offers(stage: str) -> list[Offer]:
    """Every engine declared for a stage, with the reason where it cannot run here."""
    found = []
    for name in names(stage):
        try:
            kind = engine(stage, name)
        except EngineUnavailableError as error:
            found.append(Offer(stage, name, "", str(error)))
            continue
        summary = (kind.__doc__ or "").strip().split("\n")[0]
        found.append(Offer(stage, name, summary, obstacle(kind)))
    return found


def obstacle(kind: type[Any]) -> str | None:
    """Why an engine cannot run here, in one line; None when it can."""
    ask = getattr(kind, "obstacle", None)
    return ask() if ask is not None else None


def nearest(word: str, choices: tuple[str, ...]) -> str:
    """A hint for a mistyped name: the nearest choice, or all of them."""
    close = difflib.get_close_matches(word, choices, n=1, cutoff=0.5)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; one of: {', '.join(choices)}" if choices else "; none is declared"


def _load(point: EntryPoint) -> type[Any]:
    module, _, attribute = point.value.partition("[")[0].strip().partition(":")
    kind = getattr(importlib.import_module(module.strip()), attribute.strip())
    if not isinstance(kind, type):
        raise AttributeError(f"{point.value} is not a class")
    return kind


def _missing(stage: str, point: EntryPoint, error: Exception) -> str:
    extra = ",".join(point.extras)
    cure = f"; install it with: pip install 'empathic-companion[{extra}]'" if extra else ""
    return f"the {stage} engine {point.name!r} cannot be loaded ({error}){cure}"
