"""`say`: one spoken clip of the avatar, without a session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from companion.clock import Clock, MediaLoop
from companion.movie import Movie
from companion.performer import Performer
from companion.rehearsal import rehearse
from companion.settings import Settings
from companion.studio import Studio
from companion.types import Affect, Attention, AvatarFrame, Clause, SpeechSegment

LEAD_SEC = 0.4
"""The face is seen before and after it speaks."""


class SayingError(ValueError):
    """Nothing could be said; the message is one clear line."""


def say(text: str, affect: Affect, out: Path, settings: Settings, studio: Studio) -> float:
    """Speak a text with a feeling into a video file; its length in seconds. Raises `SayingError` for an empty text."""
    if not text.strip():
        raise SayingError("there is nothing to say: the text is empty")
    list(rehearse(studio, settings))
    with Movie(out, settings.size, settings.size) as movie, asyncio.Runner(loop_factory=MediaLoop) as runner:
        return runner.run(_say(Clause(1, text, affect), settings, studio, movie))


async def _say(clause: Clause, settings: Settings, studio: Studio, movie: Movie) -> float:
    clock = Clock()

    def write(frame: AvatarFrame) -> None:
        movie.show(frame.pixels)
        movie.play(frame.audio.samples)

    performer = Performer(studio.look(settings), studio.drawing(), clock, write)
    performer.attend(Attention.LISTENING, clause.affect)
    synthesizer = studio.engine("synthesizer", settings)

    async def segments() -> AsyncIterator[SpeechSegment]:
        async for segment in studio.lanes["voice"].each(clock, synthesizer.speak(clause)):
            yield segment

    async def speak() -> bool:
        await clock.sleep_until(LEAD_SEC)
        speech = await performer.perform(clause.turn, segments(), lambda _time: None)
        await clock.sleep_until(clock.now() + LEAD_SEC)
        return speech.begun

    showing, speaking = asyncio.create_task(performer.run()), asyncio.create_task(speak())
    try:
        # Showing never ends by itself: when it does, a picture could not be drawn or written.
        await asyncio.wait([showing, speaking], return_when=asyncio.FIRST_COMPLETED)
        if showing.done():
            showing.result()
        if not speaking.result():
            raise SayingError("there is nothing to say: no word of the text can be spoken")
        return clock.now()
    finally:
        showing.cancel()
        speaking.cancel()
