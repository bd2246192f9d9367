"""`ModelSeeker`: a language model that plays a card."""

from __future__ import annotations

from collections.abc import Sequence

from companion.engines import EngineError, LanguageModel
from companion.types import STRATEGIES, Affect, Message, Plan, Stage
from dialogue.cards import Card
from dialogue.whole import whole

LONGEST = 600
"""Characters of one line: people in need say little at once, and a model that runs on is cut at a sentence."""
UNPLANNED = Plan("neutral", "", Stage.EXPLORATION, (1 / len(STRATEGIES),) * len(STRATEGIES), "", Affect())
"""Language engines are given a plan; who asks for help has none."""
_ROLE = (
    "You play a person who talks to a listener about a trouble of their own. Never step out of the part, never comfort "
    "or advise the listener, never say that you are a program.\n"
    "Speak in the first person, in one to three short everyday sentences. Tell the trouble a little at a time, only "
    "what the card says or what follows from it. Answer what you were asked. If you feel understood, open up and let "
    "your mood ease a little; if you are questioned, advised too early or misunderstood, draw back and say less.\n"
)


class ModelSeeker:
    """Plays a card through any language engine, with the roles turned round."""

    def __init__(self, model: LanguageModel, card: Card) -> None:
        self._model, self._card = model, card

    async def say(self, history: Sequence[Message]) -> str:
        """The next line. Raises `EngineError` when the model fails or says nothing."""
        messages = [Message("system", _ROLE + self._told()), Message("user", "Hello. What would you like to tell me?")]
        if not history:
            messages[-1] = Message("user", "Hello. I'm listening.")
        turned = {"user": "assistant", "assistant": "user"}
        messages += [Message(turned[message.role], message.content) for message in history]
        line = " ".join((await whole(self._model, messages, UNPLANNED, LONGEST)).split())
        if len(line) > LONGEST:
            line = line[:LONGEST].rpartition(". ")[0] or line[:LONGEST]
        if not line:
            raise EngineError("The model that plays the person in need said nothing")
        return line

    def _told(self) -> str:
        card = self._card
        known = {"Age": card.age, "Gender": card.gender, "Occupation": card.occupation, "Trouble": card.problem}
        return "The card:\n" + "\n".join(f"{name}: {value}" for name, value in known.items() if value)
