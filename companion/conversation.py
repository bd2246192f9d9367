"""`Conversation`: one answer at a time, from the user's turn to the last word that was heard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from companion.clock import Clock
from companion.engines import Synthesizer
from companion.event import Event, Listener, affect_fields, plan_fields
from companion.lane import Lane
from companion.performer import Performer
from companion.pipe import Pipe
from companion.transcript import Line, Transcript
from companion.types import (
    Attention,
    Clause,
    Message,
    Notice,
    Plan,
    Reply,
    SpeechSegment,
    UserTurn,
    Words,
)

CLAUSES = 4
SEGMENTS = 2
_NO_WORDS = Words("", 0.0, 0.0, final=True)


class Answerer(Protocol):
    """What `dialogue.supporter.Supporter` offers."""

    def reply(
        self, turn: UserTurn, history: list[Message], interrupted: bool = False
    ) -> AsyncIterator[Plan | Clause | Notice]:
        """The plan, then the clauses, with notices among them."""
        ...

    def apology(self, turn: int) -> Clause:
        """What to say when an answer failed."""
        ...


@dataclass(slots=True)
class _Answer:
    """What is known of the answer under way."""

    turn: UserTurn
    marks: dict[str, float]
    plan: Plan | None = None
    text: list[str] = field(default_factory=list)
    read: bool = False
    """The person answered in writing while it was spoken."""


class Conversation:
    """Answers a turn with voice and face; cancelling `answer` is how it is interrupted."""

    def __init__(self, performer: Performer, voice_lane: Lane, clock: Clock, listen: Listener) -> None:
        self.transcript = Transcript()
        self._performer = performer
        self._lane = voice_lane
        self._clock = clock
        self._listen = listen
        self._interrupted = False
        self._current: _Answer | None = None

    def forget(self) -> None:
        """Forget what was said; of an answer under way nothing more is told or kept, whenever it ends."""
        self.transcript.clear()
        self._interrupted = False
        self._current = None

    async def answer(
        self, turn: UserTurn, supporter: Answerer, synthesizer: Synthesizer, marks: dict[str, float]
    ) -> Reply | None:
        """Answer the turn.

        A failure is apologised for aloud; a cancelled answer is remembered as far as it was heard.
        """
        answer = self._current = _Answer(turn, marks)
        history = self.transcript.messages()
        self.transcript.add(Line("you", turn.words.text, turn.start, turn.turn, turn.affect))
        reply = supporter.reply(turn, history, self._interrupted)
        self._interrupted = False
        try:
            await self._say(answer, self._clauses(answer, reply), synthesizer)
        except asyncio.CancelledError:
            self._finish(answer, interrupted=True)
            raise
        except ExceptionGroup as error:
            self._fail(turn.turn, error)
            await self._apologise(answer, supporter, synthesizer)
        return self._finish(answer, interrupted=False)

    def read(self) -> None:
        """The person answers in writing: what stands on the page of the answer under way has reached them."""
        if self._current is not None and "sound" in self._current.marks:
            self._current.read = True

    async def say(self, clause: Clause, synthesizer: Synthesizer) -> None:
        """Say one clause that answers nothing, such as a greeting."""
        now = self._clock.now()
        answer = self._current = _Answer(UserTurn(clause.turn, _NO_WORDS, clause.affect, now, now), {})
        try:
            await self._say(answer, self._noted(answer, clause), synthesizer)
        except asyncio.CancelledError:
            self._finish(answer, interrupted=True)
            raise
        except ExceptionGroup as error:
            self._fail(clause.turn, error)
        self._finish(answer, interrupted=False)

    async def _say(self, answer: _Answer, clauses: AsyncGenerator[Clause, None], synthesizer: Synthesizer) -> None:
        written: Pipe[Clause] = Pipe(CLAUSES)
        spoken: Pipe[SpeechSegment] = Pipe(SEGMENTS)
        async with asyncio.TaskGroup() as group:
            group.create_task(written.fill(clauses))
            group.create_task(spoken.fill(self._segments(answer, written, synthesizer)))
            await self._performer.perform(answer.turn.turn, aiter(spoken), lambda time: self._sounds(answer, time))

    async def _clauses(
        self, answer: _Answer, reply: AsyncIterator[Plan | Clause | Notice]
    ) -> AsyncGenerator[Clause, None]:
        async for item in reply:
            if self._forgotten(answer):  # a cancelled task still takes the step that was due
                return
            if isinstance(item, Plan):
                answer.plan = item
                self._mark(answer, "plan")
                self._performer.attend(Attention.THINKING, item.target)
                self._tell("plan", turn=answer.turn.turn, **plan_fields(item))
            elif isinstance(item, Notice):
                self._tell("error", stage=item.stage, message=item.message)
            else:
                async with aclosing(self._noted(answer, item)) as noted:
                    async for clause in noted:
                        yield clause

    async def _noted(self, answer: _Answer, clause: Clause) -> AsyncGenerator[Clause, None]:
        if self._forgotten(answer):
            return
        self._mark(answer, "clause")
        answer.text.append(clause.text)
        self._tell("clause", turn=clause.turn, text=clause.text, affect=affect_fields(clause.affect))
        yield clause

    async def _segments(
        self, answer: _Answer, clauses: Pipe[Clause], synthesizer: Synthesizer
    ) -> AsyncGenerator[SpeechSegment, None]:
        async for clause in clauses:
            async with aclosing(self._lane.each(self._clock, synthesizer.speak(clause))) as segments:
                async for segment in segments:
                    self._mark(answer, "speech")
                    yield segment

    def _sounds(self, answer: _Answer, time: float) -> None:
        answer.marks["sound"] = time
        self._performer.attend(Attention.LISTENING)
        self._tell("speech", turn=answer.turn.turn, state="start", heard="")
        if "speech_end" in answer.marks:
            stages = _stages(answer.marks)
            response = round(1000 * (time - answer.marks["speech_end"]))
            self._tell("mark", name="response", turn=answer.turn.turn, response_ms=response, stages=stages)

    async def _apologise(self, answer: _Answer, supporter: Answerer, synthesizer: Synthesizer) -> None:
        heard = self._performer.stop(answer.turn.turn)
        answer.text = [heard] if heard else []
        try:
            await self._say(answer, self._noted(answer, supporter.apology(answer.turn.turn)), synthesizer)
        except ExceptionGroup as error:
            self._fail(answer.turn.turn, error)

    def _finish(self, answer: _Answer, *, interrupted: bool) -> Reply | None:
        number = answer.turn.turn
        cut = self._performer.stop(number) if interrupted else ""
        if self._forgotten(answer):  # the page hears that it is over, and nothing of what it was
            self._tell("speech", turn=number, state="interrupted" if interrupted else "end", heard="")
            return None
        cut_off = interrupted and not answer.read
        heard = cut if cut_off else " ".join(answer.text)
        self._interrupted = cut_off and "sound" in answer.marks
        affect = answer.plan.target if answer.plan else answer.turn.affect
        line = Line(
            "companion", heard, answer.marks.get("sound", self._clock.now()), number, affect, cut_off, answer.plan
        )
        self.transcript.add(line)
        self._tell("speech", turn=number, state="interrupted" if interrupted else "end", heard=heard)
        return Reply(number, answer.plan, heard, interrupted, dict(answer.marks)) if answer.plan else None

    def _fail(self, turn: int, error: ExceptionGroup[Exception]) -> None:
        causes = "; ".join(str(cause) or type(cause).__name__ for cause in error.exceptions)
        self._tell("error", stage="answer", message=f"Answer {turn} failed: {causes}")

    def _forgotten(self, answer: _Answer) -> bool:
        return answer is not self._current

    def _mark(self, answer: _Answer, name: str) -> None:
        answer.marks.setdefault(name, self._clock.now())

    def _tell(self, kind: str, **fields: object) -> None:
        self._listen(Event(self._clock.now(), kind, fields))


def _stages(marks: dict[str, float]) -> dict[str, int]:
    """Milliseconds from each mark to the next."""
    order = [name for name in ("speech_end", "turn_end", "words", "plan", "clause", "speech", "sound") if name in marks]
    return {b: round(1000 * (marks[b] - marks[a])) for a, b in pairwise(order)}
