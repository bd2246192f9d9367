"""The vocabulary of the companion: what flows between its stages. Frozen, slotted, without behaviour of their own.

Times are seconds on the session's media clock unless a field says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from companion.affect import ANCHORS, EMOTIONS, Affect

__all__ = [
    "ANCHORS", "BLENDSHAPES", "CHANNELS", "EMOTIONS", "FPS", "FRAME_SEC", "HEARING_HZ", "SPEECH_HZ", "STRATEGIES",
    "Activity", "Affect", "Attention", "AudioChunk", "AvatarFrame", "Clause", "FaceReading", "Message", "Motion",
    "Notice", "Picture", "Plan", "Portrait", "Reply", "Risk", "Samples", "Span", "SpeechSegment", "Stage",
    "TextReading", "UserTurn", "VideoFrame", "VideoPacket", "VoiceReading", "Window", "Words",
]  # fmt: skip

Samples = NDArray[np.float32]
"""Mono sound: n samples in -1..1."""
Picture = NDArray[np.uint8]
"""H x W x 3, RGB."""

FPS = 25
FRAME_SEC = 1 / FPS
SPEECH_HZ = 24_000
"""Rate of all sound the companion makes."""
HEARING_HZ = 16_000
"""Rate of all sound the companion hears: the microphone is resampled to it at the edge."""

# ARKit's 52 face blend shapes, in the order of Apple's ARFaceAnchor.BlendShapeLocation as used by Live Link Face.
BLENDSHAPES = (
    "eyeBlinkLeft", "eyeLookDownLeft", "eyeLookInLeft", "eyeLookOutLeft", "eyeLookUpLeft", "eyeSquintLeft",
    "eyeWideLeft", "eyeBlinkRight", "eyeLookDownRight", "eyeLookInRight", "eyeLookOutRight", "eyeLookUpRight",
    "eyeSquintRight", "eyeWideRight", "jawForward", "jawRight", "jawLeft", "jawOpen", "mouthClose", "mouthFunnel",
    "mouthPucker", "mouthRight", "mouthLeft", "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft",
    "mouthFrownRight", "mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight",
    "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthPressLeft", "mouthPressRight",
    "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight", "browDownLeft",
    "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff", "cheekSquintLeft",
    "cheekSquintRight", "noseSneerLeft", "noseSneerRight", "tongueOut",
)  # fmt: skip

CHANNELS = (*BLENDSHAPES, "headPitch", "headYaw", "headRoll", "gazeYaw", "gazePitch")
"""The 57 columns of a `Motion`: blend shapes in 0..1, then radians. Seen from the avatar itself: pitch > 0 looks
down (a nod starts positive), yaw > 0 turns to its left (our right), roll > 0 tilts to its left shoulder; gaze yaw > 0
looks to its left, gaze pitch > 0 looks down. Gaze is relative to the head."""

# The eight support strategies of ESConv (Liu et al., "Towards Emotional Support Dialog Systems", ACL 2021).
STRATEGIES = (
    "Question", "Restatement or Paraphrasing", "Reflection of feelings", "Self-disclosure",
    "Affirmation and Reassurance", "Providing Suggestions", "Information", "Others",
)  # fmt: skip


class Stage(StrEnum):
    """The three stages of support in ESConv, after Hill's helping skills."""

    EXPLORATION = "exploration"
    COMFORTING = "comforting"
    ACTION = "action"


class Risk(StrEnum):
    """How much danger the user's words speak of."""

    NONE = "none"
    WATCH = "watch"
    CONCERN = "concern"
    CRISIS = "crisis"


class Attention(StrEnum):
    """What the companion is doing with its face."""

    IDLE = "idle"
    LISTENING = "listening"
    THINKING = "thinking"
    SPEAKING = "speaking"


@dataclass(frozen=True, slots=True, eq=False)
class AudioChunk:
    """Mono sound of any length; `start` is the time of its first sample on its stream's clock."""

    samples: Samples
    rate: int
    start: float

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.samples) / self.rate

    @property
    def end(self) -> float:
        """The time just after its last sample."""
        return self.start + self.seconds


@dataclass(frozen=True, slots=True, eq=False)
class VideoFrame:
    """One picture from the user's camera."""

    picture: Picture
    time: float


@dataclass(frozen=True, slots=True)
class Activity:
    """Whether someone speaks in one chunk: `speech` is a probability, `level` the loudness in dB full scale."""

    start: float
    end: float
    speech: float
    level: float


@dataclass(frozen=True, slots=True)
class FaceReading:
    """The feeling seen in one picture; `affect.confidence` 0 means no usable face, and `note` says why.

    `cues` are action-unit style measures in 0..1 (smile, frown, brows_raised, brows_lowered, jaw_open, lips_pressed,
    eyes_closed); `head` is pitch, yaw, roll and `gaze` yaw, pitch in radians, signs as in `CHANNELS`. `events` are
    things that just happened: `blink`, `nod`, `shake`.
    """

    time: float
    affect: Affect
    cues: Mapping[str, float] = field(default_factory=dict)
    head: tuple[float, float, float] = (0.0, 0.0, 0.0)
    gaze: tuple[float, float] = (0.0, 0.0)
    note: str = ""
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VoiceReading:
    """The feeling heard between two times; `cues` are what was measured (pitch_hz, level_db, rate_hz, tilt_db).

    `events` are what was heard beside words: `laugh`, `sigh`, `cry`, `silence`.
    """

    start: float
    end: float
    affect: Affect
    cues: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextReading:
    """The feeling read from one utterance; `affect.confidence` 0 means that the words say nothing of it.

    `emotions` are the finer feelings at once, each with an intensity in 0..1 (GoEmotions' names, Demszky et al.,
    ACL 2020). `cause` are the words that name what the feeling comes from, and `cause_back` how many messages back they
    stand (0: in the utterance itself); empty when none was found. `cues` tell how it was said, in 0..1: politeness
    and the dialogue act.
    """

    affect: Affect
    emotions: Mapping[str, float] = field(default_factory=dict)
    cause: str = ""
    cause_back: int = 0
    cues: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Words:
    """What was recognised so far; `final` when the utterance is over. `confidence` 0 means nothing understood."""

    text: str
    start: float
    end: float
    confidence: float = 1.0
    final: bool = False


@dataclass(frozen=True, slots=True)
class UserTurn:
    """One thing the user said (or typed), with the fused feeling it was said in, and its parts: face, voice, words."""

    turn: int
    words: Words
    affect: Affect
    start: float
    end: float
    parts: Mapping[str, Affect] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """How to answer one turn, and why.

    `cause` are the user's words that the feeling comes from, `cause_back` how many messages back they stand.
    `appraisal` is what it means to them, `intention` what they seem to want now, `problem` what runs through the whole
    talk, `value` a strength worth reinforcing: plain phrases, empty where nothing was found. `strategies` is a mixture
    over `STRATEGIES` (8 values that sum to 1), `opinions` what each part of the planner proposed; `target` is the
    feeling the reply should carry; `reason` is one plain sentence for the page. `certainty` (0..1) is how sure
    `emotion` is: what is uncertain is not named to the person.
    """

    emotion: str
    cause: str
    stage: Stage
    strategies: tuple[float, ...]
    reason: str
    target: Affect
    risk: Risk = Risk.NONE
    cause_back: int = 0
    appraisal: str = ""
    intention: str = ""
    problem: str = ""
    value: str = ""
    opinions: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    certainty: float = 1.0

    @property
    def strategy(self) -> str:
        """The leading strategy of the mixture."""
        return STRATEGIES[max(range(len(STRATEGIES)), key=self.strategies.__getitem__)]


@dataclass(frozen=True, slots=True)
class Message:
    """One line of the dialogue as a language model sees it: role `system`, `user` or `assistant`."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A speakable piece of a reply, with the feeling it should be spoken with.

    `language` (ISO 639, such as `es`) where it is known to differ from the usual one; empty: the voice's own.
    """

    turn: int
    text: str
    affect: Affect
    language: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """One clear line for the person: something did not work, and what happens instead."""

    stage: str
    message: str


@dataclass(frozen=True, slots=True)
class Span:
    """A phone (IPA) or a word with its start and end in seconds from the start of its sound."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True, eq=False)
class SpeechSegment:
    """Sound for a clause or a piece of it, at `SPEECH_HZ`.

    `phones` and `words` are empty where the engine does not know their times; a word's `text` is as written in the
    clause, so that what was heard can be told apart from what was planned.
    """

    turn: int
    clause: Clause
    audio: AudioChunk
    phones: tuple[Span, ...] = ()
    words: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """What the animator is asked for: the next `frames` frames of one stream, the first shown at `start`.

    `audio` is the companion's own sound under exactly these frames (None: it is silent). The times of `phones` count
    from `start` and reach beyond both ends of the window, because mouths move early and late (coarticulation).
    `nods` are times, counted from `start` and mostly negative, at which a nod of understanding began or begins.
    `user` is the user's feeling and `expressiveness` (0 none .. 1 natural .. 1.5 large) scales what is shown.
    """

    start: float
    frames: int
    attention: Attention
    audio: AudioChunk | None = None
    phones: tuple[Span, ...] = ()
    nods: tuple[float, ...] = ()
    user: Affect = field(default_factory=Affect.unknown)
    expressiveness: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """Frames x 57 (`CHANNELS`), float32."""

    channels: NDArray[np.float32]
    fps: int = FPS


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """Who is drawn: a named character, or a photo for the renderers that take one; `size` is the square's side."""

    name: str
    size: int = 512
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class VideoPacket:
    """Pictures of one VP8 stream (RFC 6386), oldest first; each but a `whole` one changes the one before it.

    Usually one. More when a picture was late: a stream that lacks one shows rubbish.
    """

    pictures: tuple[bytes, ...]
    whole: bool

    def then(self, later: VideoPacket) -> VideoPacket:
        """This and what comes after it."""
        return later if later.whole else VideoPacket(self.pictures + later.pictures, self.whole)


@dataclass(frozen=True, slots=True, eq=False)
class AvatarFrame:
    """One picture and the 40 ms of sound heard with it; `turn` is 0 while the companion is not answering.

    The picture is encoded where it is drawn in a process of its own; None when the one before it stays. `drawn` is the
    time the picture was made for: earlier than `time` when a newer one was not ready.
    """

    turn: int
    time: float
    picture: Picture | VideoPacket | None
    audio: AudioChunk
    drawn: float

    @property
    def pixels(self) -> Picture:
        """The picture, size x size x 3. Raises `TypeError` when it was encoded already."""
        if self.picture is None or isinstance(self.picture, VideoPacket):
            raise TypeError("this frame's picture was encoded where it was drawn")
        return self.picture


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of one answer: the text that was heard, whether it was cut short, and its latency marks.

    `marks` are times on the media clock: `speech_end, turn_end, words, plan, clause, speech, sound` (first sound).
    """

    turn: int
    plan: Plan
    heard: str
    interrupted: bool
    marks: Mapping[str, float]
