"""`Apart`: an engine in a process of its own, used like one that is here."""

from __future__ import annotations

import contextlib
import gc
import itertools
import os
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from companion.drawing import Recipe
from companion.engines import EngineError
from companion.feed import Feed
from companion.process import Process
from companion.registry import engine
from companion.shelf import Shelf

NICENESS = 5
"""Where there is too much to do, pictures and sound come first: a face is read a little later, and nobody sees it."""


@dataclass(frozen=True, slots=True)
class _Item:
    """The next item of a stream; `method` is the engine's stream method that it is for."""

    stream: int
    method: str
    item: object


@dataclass(frozen=True, slots=True)
class _End:
    """A stream's input is over; `abandoned` when nobody wants the last word."""

    stream: int
    abandoned: bool


class Apart:
    """Runs the stream methods of an engine that holds the interpreter lock while it works, in one process for all.

    Every stream method of the engine can be called here; its items go to the process and its results come back, one
    for one. For threads (a `Lane`): a call waits for its result. When the process dies the streams under way raise
    `EngineError`, and the next one starts another.
    """

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._shelf = Shelf()
        self._process: Process | None = None
        self._streams = itertools.count()
        self._lock = threading.Lock()
        with self._lock:
            self._start()

    def forget(self) -> None:
        """Tell the engine to forget whom it heard, if it remembers anything."""
        self._ask("forget")

    def close(self) -> None:
        """End the process."""
        with self._lock:
            if self._process is not None:
                self._process.close()
                self._process = None

    def __getattr__(self, method: str) -> Any:  # noqa: ANN401 - each stage has its own contract
        if method.startswith("_"):
            raise AttributeError(method)
        return partial(self._stream, method)

    def _stream(self, method: str, items: Iterable[object]) -> Iterator[object]:
        stream, over = next(self._streams), False
        try:
            for item in items:
                yield self._ask(_Item(stream, method, item))
            over = True
            last = self._ask(_End(stream, abandoned=False))
            if last is not None:
                yield last
        finally:
            if not over:
                with contextlib.suppress(EngineError):  # gone already
                    self._ask(_End(stream, abandoned=True))

    def _start(self) -> Process:
        if self._process is None:
            self._process = Process(serve, self._shelf)
            self._process.connection.send(self._recipe)
        return self._process

    def _ask(self, question: object) -> object:
        with self._lock:
            process = self._start()
            try:
                process.connection.send(self._shelf.pack(question))
                answer = process.connection.recv()
            except (EOFError, OSError) as error:
                process.close()
                self._process = None
                stage = self._recipe.stage
                raise EngineError(f"the process of the {stage} engine died; the next try starts another") from error
        if isinstance(answer, Exception):
            raise answer
        return answer


def serve(connection: Connection, shelf: Shelf) -> None:
    """Make the engine whose recipe comes first and run its streams, until the other end closes."""
    recipe: Recipe = connection.recv()
    os.nice(NICENESS)
    made = engine(recipe.stage, recipe.name)(**dict(recipe.options))
    feeds: dict[int, Feed[object, object]] = {}
    frozen = False
    while True:
        question = shelf.unpack(connection.recv())
        try:
            answer = _answer(made, feeds, question)
        except Exception as error:  # noqa: BLE001 - it is raised where it was asked
            answer = EngineError(f"{type(error).__name__}: {error}")
        connection.send(answer)
        if not frozen:  # what is loaded by now stays: looking it through again and again for what has gone takes long
            gc.collect()
            gc.freeze()
            frozen = True


def _answer(made: Any, feeds: dict[int, Feed[object, object]], question: object) -> object:  # noqa: ANN401 - as above
    match question:
        case _Item(stream, method, item):
            if stream not in feeds:
                feeds[stream] = Feed(getattr(made, method))
            return feeds[stream].advance(item)
        case _End(stream, abandoned):
            feed = feeds.pop(stream, None)
            return None if feed is None or abandoned else feed.finish()
        case _:
            forget = getattr(made, "forget", None)
            return forget() if forget is not None else None
