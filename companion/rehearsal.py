"""`rehearse`: use each engine once, so that the first real use is not the slow one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from companion.feed import Feed
from companion.settings import Settings
from companion.studio import Studio
from companion.types import HEARING_HZ, Affect, AudioChunk, Clause, UserTurn, VideoFrame, Words
from dialogue.supporter import Supporter

_SOUND = AudioChunk(np.zeros(512, np.float32), HEARING_HZ, 0.0)


def rehearse(studio: Studio, settings: Settings) -> Iterator[str]:
    """Load and try every stage, and name each before it starts; drawing first, since the face is seen first.

    For a thread without a running event loop.

    Raises whatever an engine raises: one that cannot do this cannot hold a conversation.
    """
    yield "renderer"
    studio.rehearse_drawing(studio.look(settings))
    for stage, attempt in _ATTEMPTS.items():
        yield stage
        attempt(studio.engine(stage, settings))
    yield "language"
    studio.engine("language", settings)
    asyncio.run(_answer_once(studio, settings))


def _speak(synthesizer: Any) -> None:  # noqa: ANN401 - one function per contract
    list(synthesizer.speak(Clause(0, "Hello.", Affect())))


def _read_text(reader: Any) -> None:  # noqa: ANN401
    reader.read("hello")


def _stream(method: str, item: object) -> Callable[[Any], None]:
    def attempt(engine: Any) -> None:  # noqa: ANN401
        feed: Feed[object, object] = Feed(getattr(engine, method))
        feed.advance(item)
        feed.finish()

    return attempt


_ATTEMPTS: Mapping[str, Callable[[Any], None]] = {
    "synthesizer": _speak,
    "activity": _stream("feed", _SOUND),
    "recognizer": _stream("recognize", _SOUND),
    "prosody": _stream("read", _SOUND),
    "feeling": _read_text,
    "face": _stream("read", VideoFrame(np.full((120, 160, 3), 90, np.uint8), 0.0)),
}


async def _answer_once(studio: Studio, settings: Settings) -> None:
    """The built-in supporter answers a greeting: its sentences are read from files at the first use."""
    scripted, reader = studio.named("language", "scripted", settings), studio.engine("feeling", settings)
    turn = UserTurn(1, Words("hello", 0.0, 0.0, final=True), Affect(), 0.0, 0.0)
    async for _ in Supporter(scripted, scripted, reader).reply(turn, []):
        pass
