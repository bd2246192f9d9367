"""`Feed`: an engine's stream, advanced by one item at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")


class Feed(Generic[T, U]):
    """Turns a stream method of an engine (one result per item taken) into calls, for use on a `Lane`.

    What the stream knows lives in its generator and is gone with this object.
    """

    def __init__(self, stream: Callable[[Iterable[T]], Iterator[U]]) -> None:
        self._items: deque[T] = deque()
        self._results = stream(self._take())

    def advance(self, item: T) -> U:
        """The result for one more item. Raises whatever the engine raises, `EngineContractError` if it stops early."""
        self._items.append(item)
        for result in self._results:
            return result
        raise EngineContractError("the engine ended its stream before its input ended")

    def finish(self) -> U | None:
        """End the input; the engine's last word, if it has one."""
        return next(self._results, None)

    def _take(self) -> Iterator[T]:
        while self._items:
            yield self._items.popleft()


class EngineContractError(Exception):
    """An engine broke the one-result-per-item rule of `companion.engines`."""
