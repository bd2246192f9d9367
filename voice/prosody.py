"""`ProsodyReader`: the feeling in how something is said, by networks that know how the person usually sounds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from companion.affect import ANCHORS, EMOTIONS, Affect
from companion.engines import EngineError
from companion.types import HEARING_HZ, AudioChunk, VoiceReading
from voice.baseline import Baseline
from voice.hearing import heard
from voice.listener import Listener, stretches
from voice.phonation import FRAME_SEC, HOP, MARGIN, Phonation, analyse, whole
from voice.tone import MEASURES, SPREADS, WORDS, aroused, cues, described, measure
from voice.voicing import STEADY_SEMITONES, Voicing
from weights.store import Weights, WeightsError, load, read

UNKNOWN_SEC = 3.0
"""Speech before the first guess."""
LEARN_SEC = 10.0
"""Further speech in which confidence grows to 63 % of its ceiling."""
CEILING = 0.7
"""The most this reader trusts itself: it learnt from acted feelings, and lived ones are fainter."""
UNLEARNT = 0.3
"""Share of the ceiling for a clip judged against everybody's usual voice."""
NEUTRAL_ODDS = 2.0
"""In conversation most speech is neutral; the networks learnt from as much of each feeling."""
USUAL_ODDS = 30.0
"""How much likelier still neutral is in a voice that is exactly as usual: the usual of acted corpora is a mean of
strong feelings, a person's own is their neutral."""
USUAL_WIDTH = 0.08
"""Mean square deviation, in `SCALES`, at which most of that has faded: acted anger, too, can have as little as 0.4."""
SCALES = np.array([WORDS[name][0] if name in WORDS else SPREADS[place] for place, name in enumerate(MEASURES)])
"""Deviations that are worth a word."""
SHORTEST_SEC = 0.4
"""A clip below this holds no tone of voice."""


class ProsodyReader:
    """Feeling from the sound of a voice, against how the same person usually sounds.

    `voice.network` on log-mel contours and statistics, in deviations from a usual that starts as everybody's and
    becomes the person's own as they speak (`voice.speaker`). Valence and dominance are the means of
    `companion.affect.ANCHORS` under the distribution; arousal, which a voice tells best, is half that mean and half
    what pitch, level, pace and tilt say by themselves (`voice.tone`). `weights` is another file of `companion train
    voice`; empty for the shipped one. Raises `EngineError` for a file that cannot be used.
    """

    def __init__(self, weights: str = "") -> None:
        try:
            found: Weights = read(Path(weights)) if weights else load("voice")
            self._listener = Listener(found)
        except (WeightsError, KeyError, ValueError) as error:
            raise EngineError(f"the voice reader's weights cannot be used: {error}") from error
        # Praat and SciPy's signal package take most of a second to load: better now than at the first word.
        buzz = np.sign(np.sin(np.arange(HOP + 2 * MARGIN, dtype=np.float32) * (2 * np.pi * 120 / HEARING_HZ)))
        measure([analyse(buzz)])

    def read(self, audio: Iterable[AudioChunk]) -> Iterator[VoiceReading]:
        """One reading per chunk, renewed every quarter of a second, over the last three seconds of an utterance.

        After an utterance the reading is that of the whole of it. Confidence is 0, with a note that says why, before
        there was speech, while the voice is being learnt (3 s of speech), and after 3 s of silence. Raises `ValueError`
        for a chunk that is not mono finite sound at `HEARING_HZ`.
        """
        voicing = Voicing(self._listener, self._live)
        for chunk in audio:
            yield voicing.hear(heard(chunk), chunk.start)

    def assess(self, clips: Sequence[AudioChunk], *, adapt: bool) -> Iterator[VoiceReading]:
        """One reading per clip of one speaker, each over its whole length.

        With `adapt` all clips are heard first, without their labels, so that the speaker's usual is known as it is
        after some minutes of a session; without, every clip is judged against everybody's usual voice. A clip that is
        silent, shorter than `SHORTEST_SEC` or not a voice has confidence 0. Raises `ValueError` as `read` does.
        """
        sounds = [whole(heard(clip)) for clip in clips]
        parts = [
            list(stretches(frames)) if clip.seconds >= SHORTEST_SEC and _moves(frames) else []
            for frames, clip in zip(sounds, clips, strict=True)
        ]
        tones = [measure([frames]) if part else None for frames, part in zip(sounds, parts, strict=True)]
        usual, baseline = self._listener.newcomer(), Baseline(SPREADS)
        for tone, part in zip(tones, parts, strict=True):
            if tone is not None:
                baseline.learn(tone)
            for stretch in part if adapt else ():
                usual.learn(stretch)
        seconds = sum(frames.level_db.size for frames, part in zip(sounds, parts, strict=True) if part) * FRAME_SEC
        trust = UNLEARNT + (1 - UNLEARNT) * -math.expm1(-seconds / LEARN_SEC) if adapt else UNLEARNT
        impressions = [[self._listener.impression(stretch, usual) for stretch in part] for part in parts]
        for found in impressions if adapt else ():
            for impression in found:
                usual.habit.learn(impression, 1 / len(found))
        for clip, tone, found in zip(clips, tones, impressions, strict=True):
            if tone is None:
                yield VoiceReading(clip.start, clip.end, Affect.unknown(), note="no voice that can be measured")
                continue
            opinion = np.mean([self._listener.opinion(impression, usual) for impression in found], axis=0)
            deviation = baseline.deviation(tone) if adapt else None
            affect = _affect(self._listener.distribution(opinion), CEILING * trust, deviation)
            yield VoiceReading(clip.start, clip.end, affect, cues(tone))

    def _live(self, opinion: NDArray[np.float32], deviation: NDArray[np.float64], speech_sec: float) -> Affect:
        """What a live opinion says after so many seconds of speech."""
        if speech_sec <= UNKNOWN_SEC:
            return Affect.unknown()
        chances = np.array(self._listener.distribution(opinion))
        distance = float(np.mean((deviation / SCALES) ** 2))
        chances[EMOTIONS.index("neutral")] *= NEUTRAL_ODDS * USUAL_ODDS ** math.exp(-distance / USUAL_WIDTH)
        confidence = CEILING * -math.expm1((UNKNOWN_SEC - speech_sec) / LEARN_SEC)
        return _affect(tuple((chances / chances.sum()).tolist()), confidence, deviation)


def _affect(distribution: tuple[float, ...], confidence: float, deviation: NDArray[np.float64] | None) -> Affect:
    """The feeling of a distribution; `deviation` of the tone from its usual is None where no usual is known."""
    valence, arousal, dominance = (
        sum(p * ANCHORS[name][axis] for name, p in zip(EMOTIONS, distribution, strict=True)) for axis in range(3)
    )
    if deviation is None:
        return Affect(distribution, valence, arousal, dominance, confidence)
    arousal = (arousal + aroused(deviation)) / 2
    evidence = described(dict(zip(MEASURES, map(float, deviation), strict=True)))
    return Affect(distribution, valence, arousal, dominance, confidence, (evidence,))


def _moves(frames: Phonation) -> bool:
    """Whether the pitch moves as a voice's does; a tone's or a hum's does not."""
    pitch = frames.pitch_hz[frames.voiced]
    if len(pitch) < 2:
        return False
    low, high = np.percentile(12 * np.log2(pitch), (10, 90))
    return bool(high - low >= STEADY_SEMITONES)
