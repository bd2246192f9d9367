"""`Heard`: one message of a talk as the strategist takes it: what was said, in which feeling, doing what."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from companion.types import ANCHORS, EMOTIONS
from dialogue.act import act, asks
from dialogue.calibration import Posts
from dialogue.data import data
from dialogue.events import events
from dialogue.goemotions import GROUPS, LABELS, POINTS
from dialogue.judgement import Judge
from dialogue.text import tidy, words
from dialogue.tokens import LONGEST_TEXT
from weights.store import load

Floats = NDArray[np.float32]
ACTS = ("tell", "about_you", "advice", "thanks", "greeting", "better", "goodbye", "fine", "yes", "no")
CUES = ("farewell", "thanks", "advice", "turned", "feeling", "doubt", "agreeing", "greeting")
"""The patterns of `strategycues.toml`, in this order."""
KEPT = 256
"""Messages whose reading is kept, so that a long talk is not read anew at every turn."""
LOWEST, HIGHEST = -6.0, 4.0
WORDS_SURE = 0.6
"""How sure words alone make of a feeling, at most."""
_ORDER = [GROUPS.index(name) for name in EMOTIONS[:7]]
_POINTS = np.array([POINTS[name][0] for name in LABELS], np.float32)
_ANCHORS = np.array([ANCHORS[name][0] for name in EMOTIONS], np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """`values`: what the readers of words say of it (`WIDTH`,). `cues`: 0 or 1 for each of `CUES`.

    `feeling` is a distribution over `EMOTIONS` with a confidence, `valence` lies in -1..1, `length` counts words.
    """

    values: Floats
    cues: Floats
    feeling: Floats
    confidence: float
    valence: float
    length: int
    act: str
    asks: bool


class Hearing:
    """Reads messages with the words reader's own weights; what it read of the newest is kept until `forget`."""

    def __init__(self) -> None:
        """Raises `weights.store.WeightsError`."""
        held = load("words")
        self._judge, self._posts = Judge(held.arrays), Posts(held.arrays)
        self._kept: OrderedDict[str, Heard] = OrderedDict()

    def hear(self, text: str) -> Heard:
        """One message, about 2 ms for one that is new."""
        if text in self._kept:
            self._kept.move_to_end(text)
            return self._kept[text]
        heard = self._kept[text] = self._heard(text)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return heard

    def forget(self) -> None:
        """Drop every message that was kept."""
        self._kept.clear()

    def _heard(self, text: str) -> Heard:
        # The end of what is very long, and half a character (a lone surrogate) as a mark: neither may stop a talk.
        text = text[-LONGEST_TEXT:].encode("utf-8", "replace").decode("utf-8")
        said, judged, doing = tidy(text), self._judge.judge(text), act(text)
        low, own = said.lower(), words(text)
        lexicon = np.append(judged.lexicon.distribution[1:], judged.lexicon.confidence)
        manner = [
            asks(text), np.log1p(len(own)), len(own) <= 3, len(own) <= 8, "?" in said, "!" in said,
            bool({"yes", "yeah", "yep"} & set(own)), "you" in own, bool({"i", "i'm", "i've", "my"} & set(own)),
            bool(events(text)),
        ]  # fmt: skip
        values = [
            np.clip(judged.posts.mean(axis=0), LOWEST, HIGHEST) / 2,
            np.clip(judged.meld.mean(axis=0), LOWEST, HIGHEST) / 2,
            lexicon,
            np.array([doing == name for name in ACTS], np.float32),
            np.array(manner, np.float32),
        ]
        found = self._posts.probabilities(judged.posts[None])[0]
        fine, coarse = found[: len(LABELS)], found[len(LABELS) :][_ORDER]
        feeling = np.append(coarse / coarse.sum(), 0.0).astype(np.float32)
        finer = float(fine @ _POINTS) / max(0.2, float(fine.sum()))
        # Feelings and finer feelings by halves, as the words reader places them.
        valence = float(np.clip(0.5 * feeling @ _ANCHORS + 0.5 * finer, -1, 1))
        cues = np.array([bool(pattern.search(low)) for pattern in _patterns()], np.float32)
        confidence = WORDS_SURE * float(np.sqrt(judged.known)) if own else 0.0
        return Heard(np.concatenate(values).astype(np.float32), cues, feeling, confidence, valence, len(own), doing,
                     bool(manner[0]))  # fmt: skip


WIDTH = len(LABELS) + len(GROUPS) + 7 + 8 + len(ACTS) + 10


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    table = data("strategycues")
    return tuple(re.compile(table[name]) for name in CUES)
