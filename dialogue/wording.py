"""`Wording`: a plan put into words by a language model, clause by clause, or else by the built-in supporter."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Collection, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field

from companion.engines import EngineError, LanguageModel
from companion.types import Clause, Message, Notice, Plan
from dialogue.clauses import clauses, ended, goes_on, parted
from dialogue.cleaning import cleaned
from dialogue.gibberish import gibberish
from dialogue.guard import guarded
from dialogue.planline import PlanLine, planned
from dialogue.planner import brightened
from dialogue.talk import key
from dialogue.text import sentences
from dialogue.timely import MAX_CHARACTERS

MAX_CLAUSES = 8
LONG_CHARACTERS = 300
"""A reply this long that stops in the middle of a sentence was cut at its engine's own number of tokens."""
RETRY_AFTER = (1, 1, 2, 4)
"""Turns for which the language engine is left alone after its first, second, ... failure in a row."""
REPEATABLE_WORDS = 3
"""A sentence this short ("I hear you.") may be said again, but is no reply by itself."""

REPEATING = "The language model began to repeat itself and was stopped"
ENDLESS = "The language model came to no end and was stopped"


class CutShortError(EngineError):
    """A text was cut before it came to its end: good as far as it went, but its last sentence is a torso."""


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
                yield self._failed(error, draft)
        if draft.count:
            return
        async with aclosing(self._looked_at(self._fallback, messages, draft)) as items:
            async for item in items:
                yield item

    def _failed(self, error: EngineError, draft: Draft) -> Notice:
        """What is told of a failure. A reply that was only too long counts for none: the model is asked next time."""
        told = str(error).rstrip(".")
        if isinstance(error, CutShortError) and draft.count:
            self._failures = 0
            draft.broken = not ended(draft.text)
            return Notice("language", f"{told}.")
        draft.broken = draft.count > 0
        self._failures += 1
        self._resting = RETRY_AFTER[min(self._failures, len(RETRY_AFTER)) - 1] - 1
        instead = "ends the reply" if draft.broken else "answers instead"
        return Notice("language", f"{told}; the built-in supporter {instead}.")

    async def _looked_at(
        self, model: LanguageModel, messages: Sequence[Message], draft: Draft
    ) -> AsyncGenerator[Plan | Clause | Notice, None]:
        """One engine's reply, each clause held against the guard.

        Raises `EngineError`, also for noise, and `CutShortError` for a reply that is too long or repeats itself.
        """
        refined: list[Plan] = []
        async with AsyncExitStack() as stack:
            pieces: AsyncIterator[str] = model.complete(messages, draft.plan)
            if isinstance(pieces, AsyncGenerator):
                await stack.enter_async_context(aclosing(pieces))
            if model is self._fallback:
                ready = await _ready(stack, pieces, draft, refined)
            else:
                limited = await stack.enter_async_context(aclosing(_limited(pieces)))
                whole = await _ready(stack, limited, draft, refined)
                ready = await stack.enter_async_context(aclosing(_fresh(whole, draft)))
            async for text in ready:
                if refined:
                    yield refined.pop()
                if draft.count >= MAX_CLAUSES:
                    return
                for item in _sent(text, draft):
                    yield item
                    if isinstance(item, Notice):
                        return


async def _ready(
    stack: AsyncExitStack, pieces: AsyncIterator[str], draft: Draft, refined: list[Plan]
) -> AsyncGenerator[str, None]:
    """Speakable clauses of a model's text; a plan line goes into `refined`.

    `stack` closes each generator before the one it reads from: the event loop would close all of them at once.
    """
    told = await stack.enter_async_context(aclosing(planned(pieces)))
    words = await stack.enter_async_context(aclosing(_spoken(told, draft, refined)))
    clean = await stack.enter_async_context(aclosing(cleaned(words)))
    return await stack.enter_async_context(aclosing(clauses(clean)))


async def _spoken(
    pieces: AsyncIterator[PlanLine | str], draft: Draft, refined: list[Plan]
) -> AsyncGenerator[str, None]:
    async for piece in pieces:
        if isinstance(piece, str):
            yield piece
        else:
            draft.plan = piece.refine(draft.plan, draft.said)
            refined.append(draft.plan)


class _Sieve:
    """Lets a clause through unless its sentence was said in the last turns or in this reply.

    One that begins like such a sentence waits for the next clause. A short sentence that was said before is let through
    only beside something new, and so is a short remainder of what was left out.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._open = ""  # what was let through of a sentence that goes on
        self._waiting = ""
        self._short: list[str] = []
        self._left_out = False

    def take(self, text: str) -> str:
        """What may be spoken now; empty for nothing. Raises `CutShortError` when the reply goes round in circles."""
        self._waiting = f"{self._waiting} {text}".strip()
        parts = parted(self._waiting)
        said = key(f"{self._open} {parts[-1]}" if len(parts) == 1 else parts[-1])
        before = (*self._draft.heard, *self._draft.keys)
        if not ended(text) and any(each.startswith(f"{said} ") for each in before):
            return ""
        return self.rest()

    def rest(self) -> str:
        """What still waits, once no more clause comes. Raises `CutShortError`."""
        text, self._waiting = self._waiting, ""
        new: list[str] = []
        for sentence in parted(text):
            whole = f"{self._open} {sentence}".strip()
            self._open = "" if ended(sentence) else whole
            if not self._said(whole, new):
                new.append(sentence)
        return " ".join(new)

    def _said(self, whole: str, new: list[str]) -> bool:
        """Whether a sentence is left out; a short one that waited goes into `new` before what is not."""
        short = len(key(whole).split()) <= REPEATABLE_WORDS
        more = whole.endswith((",", ";", ":"))
        parts = {key(part) for part in sentences(whole)}
        if not more and parts <= {*self._draft.keys, *map(key, new)}:
            if not short and not new:
                raise CutShortError(REPEATING)
            return True
        old = not more and all(part in self._draft.keys or part in self._draft.heard for part in parts)
        if old and not short:
            self._open, self._left_out = "", True
            return True
        if short and (old or self._left_out) and not self._draft.count and not new:
            self._short += [whole] if whole not in self._short else []
            return True
        new += self._short
        self._short = []
        return False


async def _fresh(ready: AsyncIterator[str], draft: Draft) -> AsyncGenerator[str, None]:
    """A model's clauses without what was said before. Raises `EngineError` for noise, `CutShortError`."""
    sieve = _Sieve(draft)
    async for text in ready:
        if gibberish(text):
            raise EngineError("The language model sent something that is not language")
        if new := sieve.take(text):
            if draft.count >= MAX_CLAUSES:
                raise CutShortError(ENDLESS)
            yield new
    if new := sieve.rest():
        yield new


async def _limited(pieces: AsyncIterator[str]) -> AsyncGenerator[str, None]:
    """The pieces. Raises `CutShortError` after so many that a limit of the engine must have ended them."""
    length, last = 0, ""
    async for piece in pieces:
        length, last = length + len(piece), f"{last}{piece}"[-8:]
        yield piece
    if length >= MAX_CHARACTERS or (length >= LONG_CHARACTERS and goes_on(last)):
        raise CutShortError(ENDLESS)


def _sent(text: str, draft: Draft) -> list[Clause | Notice]:
    """The clause as it may be spoken, with a notice where something else takes its place."""
    verdict = guarded(text, draft.text, draft.language or "en")
    affect = draft.plan.target if draft.count == 0 else brightened(draft.plan.target)
    draft.text = f"{draft.text} {verdict.text}".strip()
    draft.keys.update(map(key, sentences(draft.text)))
    draft.count += 1
    clause = Clause(draft.turn, verdict.text, affect, draft.language)
    return (
        [clause, Notice("language", f"A sentence was held back because it {verdict.rule}.")]
        if verdict.rule
        else [clause]
    )
