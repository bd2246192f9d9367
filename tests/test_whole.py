"""A whole reply of a language model: cut where it runs on, and the model left at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence

from companion.types import Message, Plan
from dialogue.candidates import BestOf
from dialogue.cards import Card
from dialogue.feeling import LexiconReader
from dialogue.judge import SAMPLES, EngineRater
from dialogue.modelseeker import UNPLANNED, ModelSeeker
from dialogue.whole import whole

SAID = [Message("user", "Hello")]


class Endless:
    """A model that never stops of itself; `open` counts the replies that nobody has left."""

    def __init__(self, piece: str) -> None:
        self._piece = piece
        self.asked = self.open = 0

    async def complete(self, messages: Sequence[Message], plan: Plan) -> AsyncGenerator[str, None]:
        self.asked += 1
        self.open += 1
        try:
            while True:
                yield self._piece
                await asyncio.sleep(0)
        finally:
            self.open -= 1


class Plain:
    """A model whose pieces come from an iterator that cannot be closed."""

    def complete(self, messages: Sequence[Message], plan: Plan) -> AsyncIterator[str]:
        return _Pieces()


class _Pieces:
    def __aiter__(self) -> _Pieces:
        return self

    async def __anext__(self) -> str:
        return "go on "


def _open_after(model: Endless, call: Callable[[], Awaitable[object]]) -> int:
    """How many replies are open the moment the call returns, before the loop tidies up."""

    async def run() -> int:
        await call()
        return model.open

    return asyncio.run(run())


def test_a_reply_is_cut_with_the_piece_that_makes_it_too_long() -> None:
    assert asyncio.run(whole(Endless("go on "), SAID, UNPLANNED, 20)) == "go on " * 4
    assert asyncio.run(whole(Plain(), SAID, UNPLANNED, 20)) == "go on " * 4


def test_whoever_hears_enough_leaves_the_model() -> None:
    model = Endless("5, on and on. ")
    assert _open_after(model, lambda: whole(model, SAID, UNPLANNED, 20)) == 0
    assert _open_after(model, lambda: EngineRater(model, "a").rate("how?")) == 0
    assert model.asked == 1 + SAMPLES
    assert _open_after(model, lambda: ModelSeeker(model, Card("1", "p", ("p",))).say([])) == 0
    best = BestOf(model, LexiconReader(), 2, 5.0)
    assert _open_after(model, lambda: anext(best.complete(SAID, UNPLANNED))) == 0
