"""When the words and phones of a phrase sound, from what eSpeak NG says and what is in its sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

import numpy as np

from companion.types import Samples, Span
from voice.espeak_library import Utterance
from voice.speakable import Word

VOICELESS_STOPS = tuple("ptkcq")
STEP_SEC = 0.005
LONGEST_CLOSURE_SEC = 0.09
CLOSED_DB = -18.0
"""Below the phrase's own level the mouth is shut; vowels stay above it, closures of eSpeak's voices 30 dB below."""


def word_spans(words: Sequence[Word], said: Utterance) -> tuple[Span, ...]:
    """Each written word with its time; one without a sound of its own (an emoji) has no length.

    The library names no time for words it joins to the one before ("I am"): they share its time by their letters.
    """
    starts = _starts(words, said)
    letters = [len(word.spoken) for word in words]
    heads = [index for index, start in enumerate(starts) if start is not None]
    edges = np.zeros(len(words) + 1)
    for head, following in zip(heads, [*heads[1:], len(words)], strict=True):
        start = starts[head] or 0.0
        end = (starts[following] or 0.0) if following < len(words) else len(said.samples) / said.rate
        shares = np.array(list(accumulate(letters[head:following])))
        edges[head] = start
        edges[head + 1 : following + 1] = start + (end - start) * shares / shares[-1]
    return tuple(Span(word.written, float(edges[i]), float(edges[i + 1])) for i, word in enumerate(words))


def _starts(words: Sequence[Word], said: Utterance) -> list[float | None]:
    """The time of the first event within each word's letters; the first spoken word begins with the sound."""
    starts: list[float | None] = []
    position, event = 0, 0
    for word in words:
        if not word.spoken:
            starts.append(None)
            continue
        while event < len(said.words) and said.words[event][0] < position:
            event += 1
        inside = event < len(said.words) and said.words[event][0] < position + len(word.spoken)
        starts.append(0.0 if position == 0 else said.words[event][1] if inside else None)
        position += len(word.spoken) + 1
    return starts


def closed(phones: Sequence[Span], samples: Samples, rate: int) -> tuple[Span, ...]:
    """The phones with p, t and k from the moment the mouth shuts.

    The library reports them at their burst and counts the closure to the phone before, but lips are seen to shut.
    """
    step = round(STEP_SEC * rate)
    count = len(samples) // step
    if not count:
        return tuple(phones)
    power = np.mean(np.square(samples[: count * step].reshape(count, step)), axis=1)
    quiet = power < np.mean(power) * 10 ** (CLOSED_DB / 10)
    found: list[Span] = []
    for phone in phones:
        if phone.text.lstrip("ˈˌ").startswith(VOICELESS_STOPS):
            # Half of the phone before is left to it.
            floor = (found[-1].start + found[-1].end) / 2 if found else 0.0
            start = max(floor, _shut(quiet.tolist(), phone.start))
            if found:
                found[-1] = replace(found[-1], end=min(found[-1].end, start))
            phone = replace(phone, start=min(phone.start, start))  # noqa: PLW2901 - the phone, moved
        found.append(phone)
    return tuple(found)


def _shut(quiet: Sequence[bool], burst: float) -> float:
    """When the quiet before a burst began."""
    index = first = max(0, min(len(quiet), int(burst / STEP_SEC)) - 1)
    while index > 0 and first - index < LONGEST_CLOSURE_SEC / STEP_SEC and quiet[index - 1]:
        index -= 1
    return index * STEP_SEC if index < first else burst
