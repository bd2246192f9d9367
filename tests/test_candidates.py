"""Best-of-N: the reply is chosen that a simulated user takes best, in the time there is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest

from companion.engines import EngineError
from companion.types import Message, Plan
from dialogue.candidates import BestOf
from dialogue.feeling import LexiconReader
from dialogue.modelseeker import UNPLANNED

SAID = [Message("system", "Be kind."), Message("user", "My dog died and I am so sad")]
REACTIONS = {
    "Get over it.": "That hurts, I feel awful and sad.",
    "I'm so sorry about your dog.": "Thank you, I feel better, that makes me happy.",
    "Dogs die.": "I feel terrible.",
}


class Thinker:
    """Gives each reply in turn and plays the reaction to whatever it is told was said."""

    def __init__(self, replies: Sequence[str], reply_sec: float = 0.0, reaction_sec: float = 0.0) -> None:
        self._replies, self._reply_sec, self._reaction_sec = list(replies), reply_sec, reaction_sec
        self.given = 0

    async def complete(self, messages: Sequence[Message], plan: Plan) -> AsyncGenerator[str, None]:
        if messages[0].content == "Be kind.":
            text = self._replies[self.given % len(self._replies)]
            self.given += 1
            await asyncio.sleep(self._reply_sec)
        else:
            await asyncio.sleep(self._reaction_sec)
            text = REACTIONS[messages[-1].content]
        if not text:
            raise EngineError("the model is gone")
        yield text


def _chosen(model: Thinker, count: int = 3, patience_sec: float = 2.0) -> str:
    async def run() -> str:
        return "".join(
            [piece async for piece in BestOf(model, LexiconReader(), count, patience_sec).complete(SAID, UNPLANNED)]
        )

    return asyncio.run(run())


def test_the_reply_that_is_taken_best_is_said() -> None:
    assert _chosen(Thinker(list(REACTIONS))) == "I'm so sorry about your dog."


def test_a_reply_that_the_guard_would_stop_is_never_the_best() -> None:
    harmful = "You should just hurt him back."
    REACTIONS[harmful] = "I feel happy and great, wonderful."
    assert _chosen(Thinker([harmful, "Dogs die."]), count=2) == "Dogs die."


def test_when_the_time_is_up_what_is_there_is_said() -> None:
    assert _chosen(Thinker(list(REACTIONS), reaction_sec=5.0), patience_sec=0.05) == "Get over it."
    assert _chosen(Thinker(list(REACTIONS), reply_sec=0.15, reaction_sec=5.0), patience_sec=0.05) == "Get over it."


def test_a_candidate_that_fails_leaves_the_others() -> None:
    assert _chosen(Thinker(["", "I'm so sorry about your dog."]), count=2) == "I'm so sorry about your dog."
    with pytest.raises(EngineError, match="gone"):
        _chosen(Thinker([""]), count=2)


class Mistaken(Thinker):
    """Has a mistake in its own code from the second reply on."""

    async def complete(self, messages: Sequence[Message], plan: Plan) -> AsyncGenerator[str, None]:
        if self.given:
            raise KeyError("a mistake of ours")
        async for piece in super().complete(messages, plan):
            yield piece


def test_a_mistake_is_told_as_what_it_is() -> None:
    model = Mistaken(["Dogs die."])
    model.given = 1
    with pytest.raises(KeyError, match="of ours"):
        _chosen(model, count=2)
    with pytest.raises(KeyError, match="of ours"):
        _chosen(Mistaken(["Dogs die."]), count=2)


def test_one_candidate_is_no_choice() -> None:
    with pytest.raises(ValueError, match="at least two"):
        BestOf(Thinker(["a"]), LexiconReader(), 1, 1.0)
