"""Turns and replies for tests of the supporter."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from companion.types import Affect, Clause, Message, Notice, Plan, UserTurn, Words
from dialogue.feeling import LexiconReader
from dialogue.scripted import Scripted
from dialogue.supporter import Approach, Supporter


class Says:
    """A language model that streams given pieces; `asked` are the messages it got, one list a reply."""

    def __init__(self, *pieces: str, each: Sequence[Sequence[str]] = ()) -> None:
        self._replies = [list(reply) for reply in each] or [list(pieces)]
        self.asked: list[list[Message]] = []

    async def complete(self, messages: Sequence[Message], plan: Plan) -> AsyncGenerator[str, None]:
        reply = self._replies[min(len(self.asked), len(self._replies) - 1)]
        self.asked.append(list(messages))
        for piece in reply:
            yield piece


def turn(text: str, number: int = 1, affect: Affect | None = None, **parts: Affect) -> UserTurn:
    """Something the user typed."""
    felt = affect or Affect.unknown()
    return UserTurn(number, Words(text, 0.0, 0.0, 1.0, final=True), felt, 0.0, 0.0, parts)


def answered(
    model: Says, said: UserTurn, history: Sequence[Message] = (), approach: Approach | None = None
) -> list[Plan | Clause | Notice]:
    """Everything that comes of one turn, with the built-in supporter to fall back on."""

    async def run() -> list[Plan | Clause | Notice]:
        supporter = Supporter(model, Scripted(), LexiconReader(), approach)
        return [item async for item in supporter.reply(said, history)]

    return asyncio.run(run())


def spoken(items: Sequence[object]) -> str:
    """The clauses as one text."""
    return " ".join(item.text for item in items if isinstance(item, Clause))


def notices(items: Sequence[object]) -> list[str]:
    """What was told of failures."""
    return [item.message for item in items if isinstance(item, Notice)]
