"""`whole`: a language model's reply in one piece, cut where it runs on."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, aclosing

from companion.engines import LanguageModel
from companion.types import Message, Plan


async def whole(model: LanguageModel, messages: Sequence[Message], plan: Plan, most: int) -> str:
    """The reply up to the piece with which it has more than `most` letters. Raises `EngineError`.

    The model is left then: one that is merely not read any further goes on generating for nobody.
    """
    text = ""
    async with AsyncExitStack() as leaving:
        pieces = model.complete(messages, plan)
        if isinstance(pieces, AsyncGenerator):
            await leaving.enter_async_context(aclosing(pieces))
        async for piece in pieces:
            text += piece
            if len(text) > most:
                break
    return text
