"""`Session`: one person and the companion, from microphone and camera to the next picture."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from companion.clock import Clock
from companion.conversation import Conversation
from companion.drawing import Look
from companion.echo import EchoGuard
from companion.engines import Synthesizer, TextReader
from companion.event import Event, Listener, affect_fields, words_fields
from companion.fusion import Fusion
from companion.hearing import Hearing, HearingEngines
from companion.lane import Here
from companion.performer import CALM, Performer
from companion.pipe import Pipe
from companion.registry import STAGES
from companion.seeing import Seeing
from companion.settings import Settings
from companion.studio import Studio
from companion.supporters import supporter
from companion.transcript import Transcript
from companion.turns import Floor
from companion.types import (
    Attention,
    AudioChunk,
    AvatarFrame,
    FaceReading,
    UserTurn,
    VideoFrame,
    VoiceReading,
    Words,
)
from dialogue.keeper import Keeper
from dialogue.memory import MemoryUnusableError, default_folder
from dialogue.supporter import Supporter

FRAMES = 3
FEELING_SEC = 0.1
NOD_AFTER_SEC = 1.2
RESTARTS = 3
RESTART_SEC = 0.5
STEADY_SEC = 30.0


@dataclass(frozen=True, slots=True)
class _Request:
    """A turn to be answered, with its marks; `talk` is the talk it belongs to, which `forget` ends."""

    turn: UserTurn
    marks: dict[str, float]
    talk: int


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a session uses of some settings; no `supporter` and no `keeper` where those in use go on."""

    look: Look
    synthesizer: Synthesizer
    hearing: HearingEngines
    supporter: Supporter | None
    keeper: Keeper | None


class Session:
    """The session lifetime: hears, sees and shows until `close`; each answer is a lifetime within it.

    All methods are for the loop's thread and none blocks it. `frames` gives 25 pictures a second with their sound, for
    ever. `listen` is told every `Event`.
    """

    def __init__(self, studio: Studio, settings: Settings, listen: Listener, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.frames: Pipe[AvatarFrame] = Pipe(FRAMES)
        self.settings = settings
        self._studio = studio
        self._listen = listen
        self._turn = 0
        self._talk = 0
        self._forgotten = float("-inf")
        self._fusion = Fusion()
        self._echo = EchoGuard()
        self._closed = asyncio.Event()
        self._requests: Pipe[_Request] = Pipe(4)
        self._answering: asyncio.Task[None] | None = None
        self._unanswered: UserTurn | None = None
        lanes = studio.lanes
        self._drawing = studio.drawing()
        self._performer = Performer(studio.look(settings), self._drawing, self.clock, self._show)
        self._conversation = Conversation(self._performer, lanes["voice"], self.clock, listen)
        self._supporter = supporter(studio, settings)
        self._supporter.keeper = _keeper(settings)
        self._synthesizer: Synthesizer = studio.engine("synthesizer", settings)
        self._hearing = Hearing(self._hearing_engines(settings), self.clock, self, lambda: self._performer.audible)
        self._hearing.is_echo = self._echo.is_echo
        self._seeing = Seeing(studio.engine("face", settings), lanes["eyes"], self.clock, self._saw)

    @property
    def transcript(self) -> Transcript:
        """What both sides said."""
        return self._conversation.transcript

    @property
    def performer(self) -> Performer:
        """The face, with its counts of frames shown and late."""
        return self._performer

    @property
    def busy(self) -> bool:
        """Whether the user has the floor or an answer is due or under way."""
        answering = self._answering is not None and not self._answering.done()
        return self._hearing.busy or len(self._requests) > 0 or answering

    async def run(self) -> None:
        """Live until `close` or cancellation."""
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(self._keep("hearing", self._hearing.run)),
                    group.create_task(self._keep("face", self._seeing.run)),
                    group.create_task(self._keep("avatar", self._performer.run, self._plain_look)),
                    group.create_task(self._converse(group)),
                    group.create_task(self._feel()),
                ]
                await self._closed.wait()
                for task in [*tasks, *([self._answering] if self._answering else [])]:
                    task.cancel()
        finally:
            self._supporter.keeper.close()
            self._drawing.close()
            self.frames.end()

    def close(self) -> None:
        """End the session."""
        self._closed.set()

    def hear(self, chunk: AudioChunk) -> None:
        """Sound from the microphone, mono at `HEARING_HZ`."""
        self._hearing.hear(chunk)

    def see(self, frame: VideoFrame) -> None:
        """A picture from the camera."""
        self._seeing.see(frame)

    def type(self, text: str) -> None:
        """Words from the keyboard; they silence the companion as spoken ones do, but what it wrote counts as read."""
        if text.strip():
            now = self.clock.now()
            self._conversation.read()
            self._stop_answer()
            self._take_turn(
                Words(text.strip(), now, now, 1.0, final=True), {"speech_end": now, "turn_end": now}, typed=True
            )

    def greet(self) -> None:
        """Say hello, if nothing has been said yet."""
        if self._turn == 0:
            self._turn = 1
            clause = self._supporter.greeting(self._turn)
            self._answering = asyncio.create_task(self._conversation.say(clause, self._synthesizer))

    async def configure(self, settings: Settings) -> None:
        """Change engines, avatar, voice or expressiveness while the session goes on; one change at a time.

        What takes long to load is loaded in a thread, and the session goes on as before until it is there. Raises
        `EngineUnavailableError` or `ValueError` when something cannot be used; then nothing has changed.
        """
        async with self.clock.work():
            parts = await asyncio.to_thread(self._prepared, settings)
        self._performer.look, self._synthesizer = parts.look, parts.synthesizer
        self._hearing.engines = parts.hearing
        keeper = self._supporter.keeper
        if parts.supporter is not None:
            self._supporter = parts.supporter
        if parts.keeper is not None:
            keeper.close()
        self._supporter.keeper = parts.keeper or keeper  # to the same person it is still the same talk
        self.settings = settings

    def forget(self) -> None:
        """Stop speaking and forget the person: words, feelings, rhythm, transcript."""
        self._talk += 1
        self._forgotten = self.clock.now()
        self._stop_answer()
        self._conversation.forget()
        self._fusion.reset()
        self._hearing.forget()
        for stage in STAGES:
            forget = getattr(self._studio.engine(stage, self.settings), "forget", None)
            if forget is not None:
                forget()
        self._unanswered = None
        self._turn = 0
        self._erase(self._supporter)

    # What the hearing says (the `Ears` protocol).

    def floor(self, change: Floor, time: float) -> None:
        """The floor changed hands."""
        if change is Floor.YIELD:
            self._performer.pause()
            self._tell("speech", turn=self._turn, state="paused", heard="")
            self._tell("mark", name="barge_in", start=self._hearing.turns.start, noticed=time)
        elif change is Floor.RESUME:
            self._performer.resume()
            self._tell("speech", turn=self._turn, state="resumed", heard="")
        elif change is Floor.TAKEN:
            self._stop_answer()
        elif change is Floor.STARTED:
            self._attend(Attention.LISTENING)
            if not self._performer.audible:
                self._stop_answer()
        elif change is Floor.PAUSED and time - self._hearing.turns.start > NOD_AFTER_SEC:
            self._performer.nod()

    def words(self, words: Words) -> None:
        """The words so far."""
        if words.end <= self._forgotten:  # said before, but understood only now
            return
        self._tell("words", text=words.text, confidence=round(words.confidence, 3), final=words.final)

    def voice(self, reading: VoiceReading) -> None:
        """The feeling of the voice so far."""
        self._fusion.update(reading)
        self._read("voice", reading)

    def spoken(self, words: Words, *, start: float, end: float) -> None:
        """A turn of the user is complete."""
        if end <= self._forgotten:
            return
        self.words(words)
        if not words.text and end - start < 0.8:  # a cough, a door
            self._attend(Attention.IDLE)
            return
        self._take_turn(replace(words, start=start), {"speech_end": end, "turn_end": self.clock.now()}, typed=False)

    def trouble(self, stage: str, message: str) -> None:
        """One clear line for the person."""
        self._tell("error", stage=stage, message=message)

    def _show(self, frame: AvatarFrame) -> None:
        self._echo.play(frame)
        self.frames.push(frame)

    def _saw(self, reading: FaceReading) -> None:
        self._fusion.update(reading)
        self._read("face", reading)

    def _read(self, part: str, reading: FaceReading | VoiceReading) -> None:
        affect, events = affect_fields(reading.affect), list(reading.events)
        self._tell(part, affect=affect, cues=dict(reading.cues), note=reading.note, events=events)

    def _take_turn(self, words: Words, marks: dict[str, float], *, typed: bool) -> None:
        if self._unanswered is not None:  # the person went on before anything was said to that
            earlier = self._unanswered
            self.transcript.withdraw(earlier.turn)
            words = replace(words, text=f"{earlier.words.text} {words.text}".strip(), start=earlier.start)
            self._unanswered = None
        self._turn += 1
        now = self.clock.now()
        marks["words"] = now
        reader: TextReader = self._studio.engine("feeling", self.settings)
        read = reader.read(words.text, self.transcript.messages())
        self._fusion.update_words(read.affect, now)
        turn = UserTurn(self._turn, words, self._fusion.affect(now), words.start, words.end, self._fusion.parts(now))
        self._attend(Attention.THINKING)
        self._tell(
            "turn", turn=turn.turn, text=words.text, typed=typed, affect=affect_fields(turn.affect),
            start=turn.start, end=turn.end, **words_fields(read),
        )  # fmt: skip
        self._requests.push(_Request(turn, marks, self._talk))

    async def _converse(self, group: asyncio.TaskGroup) -> None:
        async for request in self._requests:
            self._stop_answer()
            if self._answering is not None:  # the one before must have let go of the performer
                await asyncio.wait([self._answering])
            if request.talk == self._talk:
                self._answering = group.create_task(self._answer(request))

    async def _answer(self, request: _Request) -> None:
        answerer, turn, marks = self._supporter, request.turn, request.marks
        try:
            await self._conversation.answer(turn, answerer, self._synthesizer, marks)
        except asyncio.CancelledError:
            if "sound" not in marks and request.talk == self._talk:
                self._unanswered = turn
            raise
        finally:
            if request.talk != self._talk:  # what it noted between the wish to be forgotten and its own end
                self._erase(answerer)
        self._performer.attend(Attention.IDLE, CALM)
        self._attend(Attention.IDLE)

    def _stop_answer(self) -> None:
        if self._answering is not None:
            self._answering.cancel()

    def _attend(self, attention: Attention) -> None:
        self._performer.attend(attention)
        self._tell("mark", name="attention", state=str(attention))

    async def _feel(self) -> None:
        """Fuse the readings ten times a second."""
        moment = self.clock.now()
        while True:
            moment += FEELING_SEC
            await self.clock.sleep_until(moment)
            fused = self._performer.user = self._fusion.affect(moment)
            parts = {name: affect_fields(part) for name, part in self._fusion.parts(moment).items()}
            self._tell("affect", fused=affect_fields(fused), **parts)

    async def _keep(
        self, stage: str, run: Callable[[], Awaitable[None]], mend: Callable[[], None] | None = None
    ) -> None:
        """Run a stage for ever.

        One that fails is announced, mended if there is a way, and started again; after `RESTARTS` failures in a row
        a stage that cannot be mended is left out.
        """
        failures = 0
        while failures <= RESTARTS or mend is not None:
            began = self.clock.now()
            try:
                await run()
            except Exception as error:  # noqa: BLE001 - whatever an engine raises, the session goes on without it
                failures = 1 if self.clock.now() - began > STEADY_SEC else failures + 1
                what = "starting it again" if failures <= RESTARTS or mend else "going on without it"
                self.trouble(stage, f"The {stage} stage failed ({_line(error)}); {what}.")
            if mend is not None:
                mend()
            await self.clock.sleep_until(self.clock.now() + RESTART_SEC)

    def _plain_look(self) -> None:
        """After a failure to draw, the embedded face takes over."""
        plain = Settings(size=self.settings.size, expressiveness=self.settings.expressiveness)
        self._performer.look = self._studio.look(plain)

    def _hearing_engines(self, settings: Settings) -> HearingEngines:
        get, lanes = self._studio.engine, self._studio.lanes
        detector = get("activity", settings)
        return HearingEngines(
            detector,
            get("recognizer", settings),
            get("prosody", settings),
            Here() if getattr(detector, "quick", False) else lanes["activity"],
            lanes["words"],
        )

    def _prepared(self, settings: Settings) -> _Parts:
        """All that the settings ask for and is not in use; for a thread."""
        look = self._studio.look(settings)
        synthesizer: Synthesizer = self._studio.engine("synthesizer", settings)
        hearing = self._hearing_engines(settings)
        same = _answerer(settings) == _answerer(self.settings)
        made = None if same else supporter(self._studio, settings)
        keeper = None if settings.user == self.settings.user else _keeper(settings)
        return _Parts(look, synthesizer, hearing, made, keeper)

    def _erase(self, answerer: Supporter) -> None:
        try:
            answerer.reset()
        except MemoryUnusableError as error:
            self._tell("error", stage="memory", message=f"What was remembered is still there: {error}")

    def _tell(self, kind: str, **fields: object) -> None:
        self._listen(Event(self.clock.now(), kind, fields))


def _answerer(settings: Settings) -> tuple[object, ...]:
    """What a supporter is made of; it outlives a change of anything else, with all it knows of the talk."""
    who = settings.persona, settings.country, settings.user
    engines = settings.engines.language, settings.engines.feeling, settings.models, settings.language_server
    return who, engines, settings.planning, settings.prompting


def _keeper(settings: Settings) -> Keeper:
    """Who remembers the person of the settings; without a name one that keeps nothing."""
    return Keeper(default_folder(), settings.user) if settings.user else Keeper()


def _line(error: BaseException) -> str:
    """The first plain cause of an error, on one line."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}".splitlines()[0]
