"""`quoted`: the words that decided, in the person's own spelling."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dialogue.feeling import Cue
from dialogue.goemotions import GROUPS, LABELS
from dialogue.judgement import Judgement
from dialogue.linear import OUTPUTS, Linear

MOST = 3
"""Quotations in all."""
PART = 0.4
"""A word belongs to the quotation when it adds at least this part of what the strongest word adds."""
LEAST = 0.25
"""A logit that is worth a quotation."""
EMPTY = frozenset(
    "i i'm i've me my the a an of to in on at it it's is are am be was were you your that this and for with just about "
    "really so very do did know what don't he she they we".split()
)
"""Words that say nothing when quoted alone."""
_INSIDE = 4
"""Words of one quotation."""
Floats = NDArray[np.float32]


def quoted(now: Judgement, linear: Linear, emotion: str) -> tuple[str, ...]:
    """Up to `MOST` quotations with quote marks: first the lexicon's, then what weighed most in the linear reader."""
    found = [f'"{"not " if cue.negated else ""}{cue.phrase}"' for cue in now.cues if _tells(cue, emotion)]
    if emotion in GROUPS:
        worth = linear.contributions(now.found, _direction(emotion), len(now.said))
        found += _runs(now.said, worth)
    kept: list[str] = []
    for phrase in found:
        inside = phrase.strip('"')
        if not any(inside in other or other.strip('"') in inside for other in kept):
            kept.append(phrase)
    return tuple(kept[:MOST])


def _tells(cue: Cue, emotion: str) -> bool:
    if cue.negated:
        return emotion == "sad" and cue.feels.get("happy", 0.0) > 0
    return cue.feels.get(emotion, 0.0) >= 0.25


def _direction(emotion: str) -> Floats:
    """The emotion against neutral, in the posts' groups and in MELD's."""
    direction = np.zeros(OUTPUTS, np.float32)
    for start, weight in ((len(LABELS), 0.5), (len(LABELS) + len(GROUPS), 0.5)):
        direction[start + GROUPS.index(emotion)] += weight
        direction[start + GROUPS.index("neutral")] -= weight
    return direction


def _runs(said: Sequence[str], worth: Floats) -> list[str]:
    """The strongest runs of words, the strongest first."""
    left = worth.copy()
    found: list[str] = []
    while len(found) < MOST and left.size and left.max() >= LEAST:
        peak = int(left.argmax())
        first, last = peak, peak + 1
        while first > 0 and last - first < _INSIDE and left[first - 1] >= PART * left[peak]:
            first -= 1
        while last < len(said) and last - first < _INSIDE and left[last] >= PART * left[peak]:
            last += 1
        spoken = [token for token in said[first:last] if not token.startswith("<")]
        phrase = " ".join(spoken).strip(" .,;:")
        if any(word not in EMPTY for word in phrase.split()) and any(c.isalnum() or ord(c) > 0x2000 for c in phrase):
            found.append(f'"{phrase}"')
        left[first:last] = -1
    return found
