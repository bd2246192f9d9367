"""`Wording`: a plan put into words by a language model, clause by clause, or else by the built-in supporter."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from companion.engines import EngineError, LanguageModel
from companion.types import Clause, Message, Notice, Plan
from dialogue.clauses import clauses
from dialogue.cleaning import cleaned
from dialogue.gibberish import gibberish
from dialogue.guard import guarded
from dialogue.planline import PlanLine, planned
from dialogue.planner import brightened
from dialogue.talk import key

MAX_CLAUSES = 8
RETRY_AFTER = (1, 1, 2, 4)
"""Turns for which the language engine is left alone after its first, second, ... failure in a row."""
REPEATABLE_WORDS = 3
"""A clause this short ("I hear you,") may be said again."""


@dataclass(slots=True)
class Draft:
    """What is to be answered, and what was sent of the reply so far.

    `said` are the user's words, `heard` the companion's sentences of the last turns as `dialogue.talk.key` gives them.
    `broken`: the reply broke off after `count` clauses.
    """

    turn: int
    plan: Plan
    said: str
    heard: Collection[str] = ()
    language: str = ""
    text: str = ""
    count: int = 0
    broken: bool = False
    keys: set[str] = field(default_factory=set)


class Wording:
    """Lets the model word a reply, and the built-in supporter where the model fails; remembers how often it did."""

    def __init__(self, model: LanguageModel, fallback: LanguageModel) -> None:
        self._model, self._fallback = model, fallback
        self._failures = self._resting = 0

    @property
    def built_in(self) -> bool:
        """Whether the built-in supporter is the one that words the replies."""
        return self._model is self._fallback

    def reset(self) -> None:
        """Ask the model again, whatever it did before."""
        self._failures = self._resting = 0

    async def worded(self, messages: Sequence[Message], draft: Draft) -> AsyncGenerator[Plan | Clause | Notice, None]:
        """Clauses as soon as each is speakable, before them the plan again where the model refined it.

        A `Notice` says what failed and what happens instead; a model that failed is left alone for some turns. A reply
        that breaks off once something was sent is only marked as `draft.broken`.
        """
        if self._resting > 0 and self._model is not self._fallback:
            self._resting -= 1
        else:
            try:
                async with aclosing(self._looked_at(self._model, messages, draft)) as items:
                    async for item in items:
                        yield item
                self._failures = 0
                if draft.count:
                    return
                raise EngineError("The language model said nothing new")
            except EngineError as error:
                draft.broken = draft.count > 0
                self._failures += 1
                self._resting = RETRY_AFTER[min(self._failures, len(RETRY_AFTER)) - 1] - 1
                yield Notice("language", f"{str(error).rstrip('.')}; the built-in supporter answers instead.")
        if draft.broken:
            return
        async with aclosing(self._looked_at(self._fallback, messages, draft)) as items:
            async for item in items:
                yield item

    async def _looked_at(
        self, model: LanguageModel, messages: Sequence[Message], draft: Draft
    ) -> AsyncGenerator[Plan | Clause | Notice, None]:
        """One engine's reply, each clause held against the guard. Raises `EngineError`, also for noise."""
        refined: list[Plan] = []

        async def spoken(pieces: AsyncIterator[PlanLine | str]) -> AsyncGenerator[str, None]:
            async for piece in pieces:
                if isinstance(piece, str):
                    yield piece
                else:
                    draft.plan = piece.refine(draft.plan, draft.said)
                    refined.append(draft.plan)

        async with aclosing(clauses(cleaned(spoken(planned(model.complete(messages, draft.plan)))))) as ready:
            async for text in ready:
                if refined:
                    yield refined.pop()
                new = model is self._fallback or _new(text, draft)
                if not new and key(text) not in draft.keys:
                    continue
                for item in _sent(text, draft) if new else [_REPEATED]:
                    yield item
                    if isinstance(item, Notice):
                        return
                if draft.count >= MAX_CLAUSES:
                    return


_REPEATED = Notice("language", "The language model began to repeat itself and was stopped.")


def _new(text: str, draft: Draft) -> bool:
    """Whether a clause was not said before, in this reply or as a sentence of the last turns.

    Raises `EngineError` for noise.
    """
    if gibberish(text):
        raise EngineError("The language model sent something that is not language")
    said = key(text)
    return len(said.split()) <= REPEATABLE_WORDS or (said not in draft.keys and said not in draft.heard)


def _sent(text: str, draft: Draft) -> list[Clause | Notice]:
    """The clause as it may be spoken, with a notice where something else takes its place."""
    verdict = guarded(text, draft.text)
    affect = draft.plan.target if draft.count == 0 else brightened(draft.plan.target)
    draft.text = f"{draft.text} {verdict.text}".strip()
    draft.keys.add(key(verdict.text))
    draft.count += 1
    clause = Clause(draft.turn, verdict.text, affect, draft.language)
    return (
        [clause, Notice("language", f"A sentence was held back because it {verdict.rule}.")]
        if verdict.rule
        else [clause]
    )
