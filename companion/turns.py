"""`TurnTaking`: who has the floor, decided from sound activity and the words so far."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from companion.types import Activity


class Floor(Enum):
    """What changed between the two speakers."""

    STARTED = auto()
    """The user began to speak."""
    PAUSED = auto()
    """The user is silent for a moment and keeps the floor."""
    CONTINUED = auto()
    """The user goes on after a pause."""
    ENDED = auto()
    """The user is done: it is the companion's turn."""
    YIELD = auto()
    """Someone speaks over the companion: it falls silent at once and listens."""
    RESUME = auto()
    """That was only a sign of listening: the companion goes on."""
    TAKEN = auto()
    """The user took the floor: the companion's answer is over."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things must last, in seconds."""

    onset: float = 0.09
    """Speech before it counts as begun: shorter bursts are clicks and breaths."""
    overlap: float = 0.09
    """Open-mouthed speech over the companion before it falls silent."""
    hum: float = 0.7
    """Humming over the companion before it falls silent; an "mm-hm" lasts 0.3-0.6 s."""
    taken: float = 0.8
    """Speech over the companion that is certainly more than a sign of listening."""
    pause: float = 0.2
    """Silence after which the words so far are worth reading."""
    finished: float = 0.38
    """Silence that ends a turn when the words sound finished."""
    unclear: float = 0.6
    """The same when few or no words were understood."""
    unfinished: float = 1.2
    """The same after "and...", "because...", "um"."""
    guard: float = 0.25
    """After the companion begins to speak only loud, clear speech counts: the browser's echo canceller is adapting."""


# Words after which people go on: conjunctions, prepositions, articles, possessives, auxiliaries and fillers. Not "do",
# which ends "I do not know what to do" far more often than it leads on.
UNFINISHED = frozenset(
    "and but or so because cause if when while that which who than then though although since until a an the my your "
    "his her our their this these to of in on at for from with about like by as into i we they he she it's i'm was is "
    "are were am be been being have has had will would could should can just very really um uh er hmm well "
    "y pero o porque que si cuando de en con por para mi tu el la los las un una es muy".split()
)
# What listeners say without wanting the floor (Yngve, "On getting a word in edgewise", 1970).
BACKCHANNELS = frozenset(
    "mm hm hmm mhm mmhm uh huh uhhuh yeah yes yep yup ok okay right sure aha ah oh wow really i see true exactly "
    "good great sí si vale claro ya".split()
)


class TurnTaking:
    """A state machine fed with one `Activity` at a time; it knows no sound, thread or clock.

    The wait before a turn counts as over follows the words (`understood`) and the person: whoever often goes on just
    after being answered is given more time.
    """

    def __init__(self, timing: Timing | None = None) -> None:
        self._timing = timing or Timing()
        self._patience = 1.0
        self.reset()

    def reset(self) -> None:
        """Nobody has the floor; what was learnt about the person stays."""
        self.start = 0.0
        self.last_speech = -10.0
        self._run = 0.0
        self._open_run = 0.0
        self._spoken = 0.0
        self._speaking = False
        self._paused = False
        self._yielded = False
        self._words = ""
        self._confidence = 0.0
        self._companion_since: float | None = None
        self._ended_at = -10.0

    @property
    def user_speaks(self) -> bool:
        """Whether the user has the floor, also in a short pause."""
        return self._speaking

    def understood(self, words: str, confidence: float) -> None:
        """The words of the turn so far."""
        self._words = words.lower()
        self._confidence = confidence

    def hear(self, activity: Activity, *, hum: bool, companion: bool) -> list[Floor]:
        """What one more piece of sound changes; `companion` says whether the companion is audible now."""
        length = activity.end - activity.start
        if not companion:
            self._companion_since = None
        elif self._companion_since is None:
            self._companion_since = activity.start
        speech = activity.speech >= self._threshold(activity.end)
        if speech:
            self._run += length
            self._open_run += 0.0 if hum else length
            self.last_speech = activity.end
            self._spoken += length if self._speaking else 0.0
        elif activity.end - self.last_speech > 0.1:  # shorter gaps are stop consonants
            self._run = self._open_run = 0.0
        if not self._speaking:
            return self._begin(activity, companion=companion)
        return self._go_on(activity, speech=speech)

    def _threshold(self, now: float) -> float:
        guarded = self._companion_since is not None and now - self._companion_since < self._timing.guard
        if guarded:
            return 0.9
        return 0.5 if self._companion_since is None else 0.6

    def _begin(self, activity: Activity, *, companion: bool) -> list[Floor]:
        timing = self._timing
        if companion:
            begun = self._open_run >= timing.overlap or self._run >= timing.hum
        else:
            begun = self._run >= timing.onset
        if not begun:
            return []
        self.start = activity.end - self._run
        self._speaking, self._paused, self._yielded = True, False, companion
        self._spoken = self._run
        self._words, self._confidence = "", 0.0
        if self.start - self._ended_at < 0.8:  # we answered too early
            self._patience = min(1.6, self._patience * 1.12)
        return [Floor.STARTED, Floor.YIELD] if companion else [Floor.STARTED]

    def _go_on(self, activity: Activity, *, speech: bool) -> list[Floor]:
        changes: list[Floor] = []
        silence = activity.end - self.last_speech
        if self._yielded and self._spoken >= self._timing.taken:
            self._yielded = False
            changes.append(Floor.TAKEN)
        if speech and self._paused and self._run >= self._timing.onset:
            self._paused = False
            changes.append(Floor.CONTINUED)
        elif not self._paused and silence >= self._timing.pause:
            self._paused = True
            changes.append(Floor.PAUSED)
        if silence >= self._wait():
            changes += self._end(activity.end)
        return changes

    def _end(self, now: float) -> list[Floor]:
        self._speaking = self._paused = False
        self._run = self._open_run = 0.0
        if self._yielded:
            self._yielded = False
            return [Floor.RESUME] if self._is_backchannel() else [Floor.TAKEN, Floor.ENDED]
        self._ended_at = now
        self._patience = max(1.0, self._patience * 0.98)
        return [Floor.ENDED]

    def _is_backchannel(self) -> bool:
        words = self._words.split()
        return all(word in BACKCHANNELS for word in words) if words else self._spoken < 0.5

    def _wait(self) -> float:
        timing = self._timing
        words = self._words.split()
        if self._yielded:  # the companion waits in the middle of a word: whoever only agreed is not waited for
            wait = timing.finished
        elif words and words[-1].strip(".,!?") in UNFINISHED and not words[-1].endswith((".", "!", "?")):
            wait = timing.unfinished
        elif len(words) < 2 or self._confidence < 0.15:
            wait = timing.unclear
        else:
            wait = timing.finished
        return wait * self._patience
