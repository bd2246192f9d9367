"""`Studio`: the engines and worker threads that all sessions share."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

from companion.lane import Lane
from companion.registry import EngineUnavailableError, engine, obstacle
from companion.settings import Settings

LANES = ("activity", "words", "eyes", "voice", "stage")
"""Threads by use: each waits on its own device or native library, so that none holds up another."""


class Studio:
    """Loads each engine once, when it is first asked for."""

    def __init__(self) -> None:
        self.lanes = {name: Lane(name) for name in LANES}
        self._engines: dict[tuple[str, str, tuple[tuple[str, object], ...]], Any] = {}

    def engine(self, stage: str, settings: Settings) -> Any:  # noqa: ANN401 - each stage has its own contract
        """The engine that the settings name for a stage, made with those settings its constructor takes.

        Raises `EngineUnavailableError` when it is unknown or cannot run here.
        """
        return self.named(stage, getattr(settings.engines, stage), settings)

    def named(self, stage: str, name: str, settings: Settings) -> Any:  # noqa: ANN401
        """An engine by name. Raises `EngineUnavailableError`."""
        kind = engine(stage, name)
        reason = obstacle(kind)
        if reason:
            raise EngineUnavailableError(f"the {stage} engine {name!r} cannot run here: {reason}")
        options = _options(kind, settings)
        key = (stage, name, tuple(sorted(options.items())))
        if key not in self._engines:
            self._engines[key] = kind(**options)
        return self._engines[key]

    def warm(self, settings: Settings, stages: Iterable[str], on_stage: Callable[[str], None] | None = None) -> None:
        """Load the engines of some stages now; `on_stage` is told each one before it loads."""
        for stage in stages:
            if on_stage is not None:
                on_stage(stage)
            self.engine(stage, settings)

    def close(self) -> None:
        """End the worker threads."""
        for lane in self.lanes.values():
            lane.close()


def _options(kind: type[Any], settings: Settings) -> dict[str, object]:
    """What the constructor takes of: voice, and the settings of the language server."""
    offered = {"voice": settings.voice, **settings.language_server.model_dump()}
    taken = inspect.signature(kind).parameters
    return {name: value for name, value in offered.items() if name in taken and value != ""}
