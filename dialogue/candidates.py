"""`BestOf`: several candidate replies, of which the one is said that a simulated user takes best."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from companion.engines import EngineError, LanguageModel, TextReader
from companion.types import Message, Plan
from dialogue.guard import guarded
from dialogue.modelseeker import UNPLANNED
from dialogue.whole import whole

_ROLE = (
    "You play the person in the talk below, who came with a trouble of their own. Say what this person says next, in "
    "one or two short everyday sentences, true to how they have felt and spoken so far: eased where they were "
    "understood, shut where they were not. Never comfort or advise the listener."
)
LONGEST = 600
"""Characters of one candidate or reaction."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reply, and the valence (-1..1) of the reaction that is expected to it."""

    text: str
    valence: float


class BestOf:
    """A language engine that thinks of several replies and looks one turn ahead.

    Each candidate is followed by a reaction that the same model plays, and the words reader tells how that feels. The
    lookahead is that of Cheng et al. (EMNLP 2022), on replies instead of strategies, with the simulated user of
    RLFF-ESC. When the time is up the best of what is there is said, so it costs no more than that beyond a plain reply.
    """

    def __init__(self, model: LanguageModel, reader: TextReader, count: int, patience_sec: float) -> None:
        """`count` candidates (2 or more). Raises `ValueError`."""
        if count < 2:
            raise ValueError(f"choosing needs at least two candidates, not {count}")
        self._model, self._reader, self._count, self._patience_sec = model, reader, count, patience_sec

    async def complete(self, messages: Sequence[Message], plan: Plan) -> AsyncGenerator[str, None]:
        """The chosen reply, in one piece. Raises `EngineError` when not one candidate came."""
        texts: list[str] = []
        judged: list[Candidate] = []
        failures: list[EngineError] = []

        async def think() -> None:
            try:
                text = await self._whole(messages, plan)
                texts.append(text)
                judged.append(Candidate(text, await self._reaction(messages, text)))
            except EngineError as error:
                failures.append(error)

        thinking = [asyncio.create_task(think()) for _ in range(self._count)]
        try:
            await asyncio.wait(thinking, timeout=self._patience_sec)
            while not texts and (pending := [task for task in thinking if not task.done()]):
                # Not one is written yet: the first to come is said, as without choosing.
                await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED, timeout=0.1)
        finally:
            for task in thinking:
                task.cancel()
            ended = await asyncio.gather(*thinking, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):  # no failure of the model, which is kept, but a mistake of ours
                raise error
        if judged:
            yield max(judged, key=lambda each: each.valence).text
        elif texts:
            yield texts[0]
        else:
            raise failures[0]

    async def _reaction(self, messages: Sequence[Message], text: str) -> float:
        """The valence of what the user is expected to say; below all else where the guard would stop the reply."""
        if guarded(text).rule:
            return -2.0
        talk = [message for message in messages if message.role != "system"]
        turned = {"user": "assistant", "assistant": "user"}
        played = [Message(turned[message.role], message.content) for message in (*talk, Message("assistant", text))]
        said = await self._whole([Message("system", _ROLE), *played], UNPLANNED)
        return self._reader.read(said, [*talk, Message("assistant", text)]).affect.valence

    async def _whole(self, messages: Sequence[Message], plan: Plan) -> str:
        text = await whole(self._model, messages, plan, LONGEST)
        if not text.strip():
            raise EngineError("The language model said nothing")
        return text
