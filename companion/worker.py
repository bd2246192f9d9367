"""What runs in a drawing process: engines made again from their recipes, an encoder for each session."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from companion.drawing import Recipe, draw_frame
from companion.engines import EngineError
from companion.registry import engine
from companion.types import Affect, Motion, Portrait, VideoPacket, Window
from companion.vp8 import Vp8Encoder


@dataclass(frozen=True, slots=True)
class Order:
    """One frame to draw for one session; `whole` asks for a picture that needs none before it."""

    session: int
    recipes: tuple[Recipe, Recipe]
    portrait: Portrait
    window: Window
    affect: Affect
    last: Motion | None
    whole: bool


@dataclass(frozen=True, slots=True)
class Farewell:
    """A session is over."""

    session: int


def serve(connection: Connection) -> None:
    """Answer each `Order` with its motion and packet, or with the error it raised, until the other end closes."""
    import cv2

    cv2.setNumThreads(1)
    encoders: dict[int, Vp8Encoder] = {}
    while True:
        order: Order | Farewell = connection.recv()
        if isinstance(order, Farewell):
            encoders.pop(order.session, None)
            continue
        try:
            reply: object = _draw(order, encoders)
        except Exception as error:  # noqa: BLE001 - it is raised where the picture was asked for
            reply = EngineError(f"{type(error).__name__}: {error}")
        connection.send(reply)


def _draw(order: Order, encoders: dict[int, Vp8Encoder]) -> tuple[Motion, VideoPacket]:
    animator, renderer = (_made(recipe) for recipe in order.recipes)
    motion, picture = draw_frame(animator, renderer, order.portrait, order.window, order.affect, order.last)
    if order.session not in encoders:
        encoders[order.session] = Vp8Encoder(len(picture))
    return motion, encoders[order.session].encode(picture, whole=order.whole)


@functools.cache
def _made(recipe: Recipe) -> Any:  # noqa: ANN401 - each stage has its own contract
    return engine(recipe.stage, recipe.name)(**dict(recipe.options))
