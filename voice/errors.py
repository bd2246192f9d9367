"""`word_errors`: how many words of a text a recogniser gets wrong."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from companion.engines import Recognizer
from companion.types import HEARING_HZ, SPEECH_HZ, AudioChunk, Samples


def word_errors(recognizer: Recognizer, sounds: Sequence[Samples], texts: Sequence[str]) -> float:
    """The word error rate (0 for none) over spoken sentences at `SPEECH_HZ` and their texts."""
    wrong = sum(errors(text, understood(recognizer, sound)) for sound, text in zip(sounds, texts, strict=True))
    return wrong / sum(len(text.split()) for text in texts)


def understood(recognizer: Recognizer, sound: Samples) -> list[str]:
    """The words (lower case) that are recognised in n samples at `SPEECH_HZ`."""
    from scipy.signal import resample_poly

    padded = np.concatenate([sound, np.zeros(SPEECH_HZ // 4, np.float32)])
    heard = resample_poly(padded, HEARING_HZ // 1000, SPEECH_HZ // 1000).astype(np.float32)
    return list(recognizer.recognize([AudioChunk(heard, HEARING_HZ, 0.0)]))[-1].text.lower().split()


def errors(text: str, heard: Sequence[str]) -> int:
    """Words inserted, left out or exchanged (Levenshtein distance)."""
    wanted = [word.strip(".,?!").lower() for word in text.split()]
    row = list(range(len(heard) + 1))
    for i, word in enumerate(wanted, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
    return row[-1]
