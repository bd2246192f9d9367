"""`Studio`: the engines and worker threads that all sessions share."""

from __future__ import annotations

import inspect
import threading
from typing import Any, Self

from companion.apart import Apart
from companion.drawing import Drawing, LaneDrawing, Look, Recipe, draw_frame
from companion.engines import EngineError
from companion.lane import Lane
from companion.registry import STAGES, EngineUnavailableError, engine, nearest, obstacle
from companion.settings import Settings
from companion.types import Affect, Attention, Portrait, Window
from companion.workers import Workers
from weights.store import WeightsError

LANES = ("activity", "words", "eyes", "voice", "stage")
"""Threads by use: each waits on its own device or native library, so that none holds up another."""


class Studio:
    """Loads each engine once, when it is first asked for, in whichever thread asks.

    With `workers` pictures are drawn and encoded in processes of their own, and so are words recognised by an engine
    that says `holds_interpreter`; without, all is done here and pictures stay pixels. A context manager that closes it.
    """

    def __init__(self, workers: Workers | None = None) -> None:
        self.lanes = {name: Lane(name) for name in LANES}
        self._workers = workers
        self._engines: dict[Recipe, Any] = {}
        self._making = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

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
        recipe = self._recipe(stage, name, settings)
        if recipe not in self._engines:  # whoever asks for one that is there must not wait for another to be loaded
            with self._making:
                if recipe not in self._engines:
                    self._engines[recipe] = self._made(kind, recipe)
        return self._engines[recipe]

    def drawing(self) -> Drawing:
        """Where one more session's frames are made."""
        lane = self.lanes["stage"]
        return LaneDrawing(lane) if self._workers is None else self._workers.drawing(lane)

    def prepare(self, settings: Settings) -> None:
        """Start the processes that will be needed, without waiting for them. Raises `EngineUnavailableError`."""
        if self._workers is None:
            return
        self._workers.prepare(self.look(settings))
        for stage in STAGES:
            if getattr(engine(stage, getattr(settings.engines, stage)), "holds_interpreter", False):
                self.engine(stage, settings)

    def rehearse_drawing(self, look: Look) -> None:
        """Draw a first picture, which takes longer than any after it. Raises whatever the engines raise."""
        if self._workers is not None:
            self._workers.rehearse(look)
        else:
            draw_frame(look.animator, look.renderer, look.portrait, Window(0.0, 1, Attention.IDLE), Affect(), None)

    def look(self, settings: Settings) -> Look:
        """The face that the settings ask for. Raises `EngineUnavailableError`, also for an unknown character."""
        characters = tuple(getattr(self.engine("renderer", settings), "characters", dict)())
        if characters and settings.avatar not in characters:
            raise EngineUnavailableError(f"unknown avatar {settings.avatar!r}{nearest(settings.avatar, characters)}")
        names = settings.engines.animator, settings.engines.renderer
        recipes = tuple(self._recipe(*pair, settings) for pair in zip(("animator", "renderer"), names, strict=True))
        return Look(
            self.engine("animator", settings),
            self.engine("renderer", settings),
            Portrait(settings.avatar, settings.size),
            settings.expressiveness,
            (recipes[0], recipes[1]),
        )

    def _made(self, kind: type[Any], recipe: Recipe) -> Any:  # noqa: ANN401 - as above
        apart = self._workers is not None and getattr(kind, "holds_interpreter", False)
        try:
            return Apart(recipe) if apart else kind(**dict(recipe.options))
        except (EngineError, WeightsError, ValueError) as error:
            stage, name = recipe.stage, recipe.name
            raise EngineUnavailableError(f"the {stage} engine {name!r} cannot be loaded: {error}") from error

    def _recipe(self, stage: str, name: str, settings: Settings) -> Recipe:
        options = _options(stage, engine(stage, name), settings)
        return Recipe(stage, name, tuple(sorted(options.items())))

    def close(self) -> None:
        """End the worker threads and processes; an engine that is being loaded is first loaded to its end."""
        with self._making:
            for made in self._engines.values():
                if isinstance(made, Apart):
                    made.close()
        if self._workers is not None:
            self._workers.close()
        for lane in self.lanes.values():
            lane.close()


def _options(stage: str, kind: type[Any], settings: Settings) -> dict[str, object]:
    """What the constructor takes of: voice, the readers' models, and for a language engine its server."""
    offered: dict[str, object] = {"voice": settings.voice}
    offered |= {f"{reader}_model": path for reader, path in settings.models.model_dump().items()}
    if stage == "language":
        offered |= {**settings.language_server.model_dump(), "persona": settings.persona}
    taken = inspect.signature(kind).parameters
    # Empty is the engine's own default; but to name no key is to send none, whatever key that default names.
    return {name: value for name, value in offered.items() if name in taken and (value != "" or name == "api_key_env")}
