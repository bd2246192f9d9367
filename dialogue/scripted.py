"""`Scripted`: the built-in supporter, which needs no model."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from companion.types import Message, Plan
from dialogue.compose import compose
from dialogue.persona import Persona
from dialogue.persona import persona as find
from dialogue.talk import Talk
from dialogue.text import sentences


class Scripted:
    """The built-in supporter: our own sentences and the user's own words; needs no model and no network."""

    def __init__(self, seed: int = 0, persona: Persona | str = "") -> None:
        """`persona` (or its name or path): whose own lines are preferred; empty: only the common ones.

        Raises `PersonaError`.
        """
        self._seed = seed
        self._persona = (find(persona) if persona else None) if isinstance(persona, str) else persona

    async def complete(self, messages: Sequence[Message], plan: Plan) -> AsyncGenerator[str, None]:
        """The reply to the last user message, a sentence at a time. The same messages give the same reply."""
        history = [message for message in messages if message.role != "system"]
        last = history.pop().content if history and history[-1].role == "user" else ""
        for sentence in sentences(self.answer(Talk.of(last, history), plan)):
            yield sentence + " "

    def answer(self, talk: Talk, plan: Plan) -> str:
        """The reply as one text."""
        if not plan.cause:
            talk = replace(talk, now=replace(talk.now, clause="", phrase="", topic=""))
        rng = random.Random(f"{self._seed} {len(talk.said)} {talk.now.text}")
        return compose(talk, plan, rng, self._persona)
