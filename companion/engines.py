"""The contract of each engine. Whatever has these methods fits; nothing needs to inherit from here.

Engines are plain functions or generators: they know no queue, loop, thread or page. An engine object is weights and
fixed options and may serve many streams; the state of one stream lives in the generator and dies with it. Stream
methods take an iterable and yield **once for each item they take**, so that a worker thread can advance them one item
at a time; work between two yields stays under about 80 ms.

An engine that keeps anything about a person beyond its streams (how their microphone sounds) must have `forget()`.

An engine class may have `obstacle() -> str | None`, a static or class method that says in one line why it cannot run
on this machine (and how to mend that), without loading anything. One whose stream methods hold the interpreter lock for
more than a few milliseconds says `holds_interpreter = True`: where there is sound to be kept up with, it is run in a
process of its own, so its constructor's arguments, its items and its results must be such as can be pickled. A detector
that takes less than a millisecond for each item says `quick = True`: it is asked in the loop, since the way to a thread
and back would take as long.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import Protocol

from companion.types import (
    Activity,
    Affect,
    AudioChunk,
    Clause,
    FaceReading,
    Message,
    Motion,
    Picture,
    Plan,
    Portrait,
    SpeechSegment,
    TextReading,
    VideoFrame,
    VoiceReading,
    Window,
    Words,
)


class FaceReader(Protocol):
    """Stage `face`: pictures to feeling."""

    def read(self, frames: Iterable[VideoFrame]) -> Iterator[FaceReading]:
        """One reading per frame; the person's own neutral is learnt along the stream."""
        ...


class VoiceReader(Protocol):
    """Stage `prosody`: sound of the user's speech to feeling."""

    def read(self, audio: Iterable[AudioChunk]) -> Iterator[VoiceReading]:
        """One reading per chunk (`HEARING_HZ`), over about the last two seconds of speech heard in the stream."""
        ...


class TextReader(Protocol):
    """Stage `feeling`: words to feeling."""

    def read(self, text: str, context: Sequence[Message] = ()) -> TextReading:
        """The feeling of the text, given the dialogue before it (the person's own lines have the role `user`)."""
        ...


class Detector(Protocol):
    """Stage `activity`: is someone speaking?"""

    def feed(self, audio: Iterable[AudioChunk]) -> Iterator[Activity]:
        """One `Activity` per chunk (`HEARING_HZ`, any length)."""
        ...


class Recognizer(Protocol):
    """Stage `recognizer`: speech to words."""

    def recognize(self, audio: Iterable[AudioChunk]) -> Iterator[Words]:
        """The words so far after each chunk (`HEARING_HZ`), and once more, `final`, when the audio ends."""
        ...


class LanguageModel(Protocol):
    """Stage `language`: the only engine that is asynchronous, because it may be a server."""

    def complete(self, messages: Sequence[Message], plan: Plan) -> AsyncIterator[str]:
        """Pieces of the reply as they come. Raises `EngineError` when it cannot go on."""
        ...


class Synthesizer(Protocol):
    """Stage `synthesizer`: a clause to sound."""

    def speak(self, clause: Clause) -> Iterator[SpeechSegment]:
        """The clause's sound at `SPEECH_HZ` in order, in one or more segments."""
        ...


class Animator(Protocol):
    """Stage `animator`: sound and feeling to motion."""

    def animate(self, window: Window, affect: Affect, last: Motion | None) -> Motion:
        """Exactly `window.frames` frames that go on from `last`, the motion shown just before (None at the start)."""
        ...


class Renderer(Protocol):
    """Stage `renderer`: motion to pictures."""

    def render(self, portrait: Portrait, motion: Motion) -> Iterator[Picture]:
        """One picture (size x size x 3) per frame of motion."""
        ...


class TalkingHead(Protocol):
    """Stage `talkinghead`: a network that goes from sound to pictures in one."""

    def talk(self, portrait: Portrait, windows: Iterable[Window], affect: Affect) -> Iterator[Picture]:
        """`window.frames` pictures for each window."""
        ...


class EngineError(Exception):
    """An engine cannot do what it was asked; the message is one clear line for the person."""
