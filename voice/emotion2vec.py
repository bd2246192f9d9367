"""`Emotion2vecReader`: emotion2vec+ by way of FunASR, where that is installed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from companion.affect import ANCHORS, EMOTIONS, Affect
from companion.engines import EngineError
from companion.labels import fold
from companion.types import HEARING_HZ, AudioChunk, Samples, VoiceReading
from voice.hearing import heard, level_db

MODEL = "iic/emotion2vec_plus_base"
EXTRA = "emotion2vec"
WINDOW_SEC = 3.0
SHORTEST_SEC = 1.0
HOP_SEC = 0.5
"""A reading costs about a tenth of a second of work on a processor: twice a second is enough."""
QUIET_DB = -50.0
CEILING = 0.7
UNNAMED = ("other", "unknown", "unk", "<unk>")
"""Answers that name no feeling; their probability lowers the confidence."""


class Emotion2vecReader:
    """emotion2vec+ (Ma et al., "emotion2vec", Findings of ACL 2024): a large network trained on many languages.

    `voice_model` is a name at ModelScope or a folder. Its nine answers (`angry` or `Chinese/angry`) become our eight;
    what it gives to `other` and `unknown` is doubt.
    """

    holds_interpreter = True

    def __init__(self, voice_model: str = "") -> None:
        if obstacle := self.obstacle():
            raise EngineError(obstacle)
        try:
            self._model: Any = import_module("funasr").AutoModel(
                model=voice_model or MODEL, disable_update=True, disable_pbar=True
            )
        except Exception as error:  # the hub, torch and the file system each raise their own
            raise EngineError(f"emotion2vec+ cannot be loaded from {voice_model or MODEL}: {error}") from error

    @staticmethod
    def obstacle() -> str | None:
        """Why it cannot run here."""
        if find_spec("funasr") is None:
            return f"funasr is missing; install it with: pip install 'empathic-companion[{EXTRA}]'"
        return None

    def read(self, audio: Iterable[AudioChunk]) -> Iterator[VoiceReading]:
        """One reading per chunk over the last three seconds, renewed twice a second.

        Confidence is 0 in the first second and in silence. Raises `ValueError` for a chunk that is not mono finite
        sound at `HEARING_HZ`, `EngineError` for an answer of another shape than emotion2vec's.
        """
        window: Samples = np.zeros(0, dtype=np.float32)
        fresh = 0
        reading = VoiceReading(0.0, 0.0, Affect.unknown(), note="no speech yet")
        for chunk in audio:
            samples = heard(chunk)
            window = np.concatenate((window, samples))[-round(WINDOW_SEC * HEARING_HZ) :]
            fresh += len(samples)
            if fresh >= HOP_SEC * HEARING_HZ:
                fresh = 0
                reading = self._look(window, chunk.end)
            yield reading

    def assess(self, clips: Iterable[AudioChunk], *, adapt: bool) -> Iterator[VoiceReading]:  # noqa: ARG002
        """One reading per clip, whole; this network knows no usual of a speaker, so `adapt` changes nothing."""
        for clip in clips:
            yield self._look(heard(clip), clip.end)

    def _look(self, samples: Samples, end: float) -> VoiceReading:
        start = end - len(samples) / HEARING_HZ
        level = level_db(samples)
        if level < QUIET_DB:
            return VoiceReading(start, end, Affect.unknown(), {"level_db": level}, "silence", ("silence",))
        if len(samples) < SHORTEST_SEC * HEARING_HZ:
            return VoiceReading(start, end, Affect.unknown(), {"level_db": level}, "too short")
        answer = self._model.generate(samples, granularity="utterance", extract_embedding=False)
        return VoiceReading(start, end, _affect(answer), {"level_db": level})


def _affect(answer: Any) -> Affect:  # noqa: ANN401 - a foreign library's answer
    try:
        pairs = list(zip(answer[0]["labels"], map(float, answer[0]["scores"]), strict=True))
    except (LookupError, TypeError, ValueError) as error:
        raise EngineError(f"emotion2vec+ gave an answer of an unknown shape: {error}") from error
    chances = dict.fromkeys(EMOTIONS, 0.0)
    for label, score in pairs:
        name = str(label).rpartition("/")[2].strip().lower()
        if name in UNNAMED:
            continue
        try:
            chances[fold(name)] += max(0.0, score)
        except ValueError as error:
            raise EngineError(f"emotion2vec+ gave an {error}") from error
    named = sum(chances.values())
    if named <= 0:
        return Affect.unknown("voice: no feeling named")
    distribution = tuple(chances[name] / named for name in EMOTIONS)
    valence, arousal, dominance = (
        sum(p * ANCHORS[name][axis] for name, p in zip(EMOTIONS, distribution, strict=True)) for axis in range(3)
    )
    top = max(EMOTIONS, key=chances.__getitem__)
    return Affect(distribution, valence, arousal, dominance, CEILING * min(1.0, named), (f"voice sounds {top}",))
