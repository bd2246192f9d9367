"""`described`: an utterance and the ones before it as the features of the dialogue head."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dialogue.judgement import Judgement, told_apart

BACK = 3
"""Earlier utterances that are looked at, each told apart by whose it is."""
LOWEST, HIGHEST = -6.0, 4.0
"""Logits beyond these only say "surely not" and "surely"."""
Floats = NDArray[np.float32]


def described(now: Judgement, before: Sequence[tuple[bool, Judgement]]) -> Floats:
    """The features (columns,); `before` holds (the speaker's own?, judgement), the latest last.

    The mood of what was said before, by the same and by the other speaker, as in speaker-aware readers since
    DialogueRNN (Majumder et al., AAAI 2019), in the plainest form: the distributions of the last utterances.
    """
    before = before[-BACK:]
    lexicon = np.array([*now.lexicon.distribution[1:], now.lexicon.confidence], np.float32)
    own = [
        np.clip(now.meld.ravel(), LOWEST, HIGHEST),
        np.clip(now.daily.ravel(), LOWEST, HIGHEST),
        np.clip(now.posts.ravel(), LOWEST, HIGHEST),
        now.surface,
        lexicon,
    ]
    return np.concatenate([*own, *_moods(before), np.array([len(before) / BACK, float(not before)], np.float32)])


def _moods(before: Sequence[tuple[bool, Judgement]]) -> list[Floats]:
    nothing = np.zeros(8, np.float32)
    moods = []
    for back in range(1, BACK + 1):
        own, judged = before[-back] if back <= len(before) else (False, None)
        mood = nothing if judged is None else _mood(judged)
        moods += [mood if own else nothing, nothing if own else mood]
    last = next((judged for own, judged in reversed(before) if own), None)
    return [*moods, nothing if last is None else _mood(last)]


def _mood(judged: Judgement) -> Floats:
    shares = np.mean([told_apart(row) for row in judged.meld], axis=0)
    return np.append(shares, np.float32(1))
