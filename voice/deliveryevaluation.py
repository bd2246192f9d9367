"""`measure`: whether feeling that is asked of a voice can be measured and heard in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.engines import Synthesizer, VoiceReader
from companion.scores import Scores, scores
from companion.types import EMOTIONS, HEARING_HZ, SPEECH_HZ, Affect, AudioChunk, Clause, Samples
from voice.audition import SENTENCES
from voice.errors import word_errors
from voice.manner import PARTS
from voice.measuring import measured
from voice.prosodystage import Shaping, reshaped
from voice.recognizer import PocketsphinxRecognizer

FELT = ("neutral", "happy", "sad", "angry", "fear", "surprise")
"""The six that both corpora of acted speech share, so that every one of them was learnt from in two languages."""
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
EACH = 10
"""Sentences for every feeling: 60 in all."""
EFFORT = {"pitch": 4.0, "level": 6.0, "tilt": 6.0, "rate": 0.4}
"""What arousal is measured by, and what counts as one step of each: pitch most, since every clause is brought to one
loudness; the range of pitch is left out, because fear narrows it in people."""
Progress = Callable[[float], None]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was measured of a voice.

    `heard` are the figures of the voice reader over `FELT` at full strength, `by_strength` its accuracy at each; `rho`
    is, for each feeling, Spearman's correlation between its strength and measured effort (arousal) with the sign that
    its arousal should have; `axes` the same for valence, arousal and dominance alone, by what each should move.
    `words_wrong` is the embedded recogniser's error rate on neutral and on full speech; `duration_error` the largest
    share by which the prosody stage misses a length of 0.8 or 1.25 times the sound's own.
    """

    heard: Scores
    by_strength: Mapping[float, float]
    rho: Mapping[str, float]
    axes: Mapping[str, float]
    words_wrong: tuple[float, float]
    duration_error: float

    @property
    def figures(self) -> dict[str, Any]:
        """As JSON."""
        plain, full = self.words_wrong
        return {
            "heard_accuracy": self.heard.accuracy,
            "heard_by_strength": {str(strength): share for strength, share in self.by_strength.items()},
            "arousal_rho_min": min(self.rho.values()),
            "rho": dict(self.rho),
            "axes": dict(self.axes),
            "duration_error": self.duration_error,
            "wer_ratio": full / max(plain, 1e-9),
            "wer_neutral": plain,
            "wer_full": full,
            "n": EACH * len(FELT),
        }

    def __str__(self) -> str:
        figures = self.figures
        plain = [f"{name}: {value}" for name, value in figures.items() if not isinstance(value, dict)]
        parts = [f"{name}: " + ", ".join(f"{key} {value:.2f}" for key, value in value.items())
                 for name, value in figures.items() if isinstance(value, dict)]  # fmt: skip
        table = ["heard as " + ", ".join(FELT)]
        table += [f"{name:>10} " + " ".join(f"{n:3}" for n in row)
                  for name, row in zip(FELT, self.heard.confusion, strict=True)]  # fmt: skip
        return "\n".join([*plain, *parts, *table])


def measure(synthesizer: Synthesizer, reader: VoiceReader, progress: Progress) -> Found:
    """Speak `SENTENCES` in every feeling and strength, and measure and read the sound.

    The reader was trained on people, never on this voice; like with a person, it first hears the whole session
    without labels. `reader` must have `assess` (`voice.prosody`).
    """
    sentences = SENTENCES[:EACH]
    spoken: dict[tuple[str, float], list[Samples]] = {}
    for place, name in enumerate(FELT):
        for strength in STRENGTHS if name != FELT[0] else (0.0,):
            affect = Affect.of(name, strength)
            spoken[name, strength] = [said(synthesizer, text, affect) for text in sentences]
        progress(0.5 * (place + 1) / len(FELT))
    plain = spoken[FELT[0], 0.0]
    by_strength = {}
    heard = None
    for strength in STRENGTHS[1:]:
        heard = _heard(reader, plain, {name: spoken[name, strength] for name in FELT[1:]})
        by_strength[strength] = heard.accuracy
        progress(0.5 + 0.3 * strength)
    rho = {name: _rising([_effort(spoken[name, s], sentences) for s in STRENGTHS], _direction(name))
           for name in FELT[1:]}  # fmt: skip
    axes = _axes(synthesizer, sentences)
    progress(0.9)
    recognizer = PocketsphinxRecognizer()
    wrong = word_errors(recognizer, plain, sentences)
    felt = np.mean([word_errors(recognizer, spoken[name, 1.0], sentences) for name in FELT[1:]])
    progress(1.0)
    assert heard is not None  # noqa: S101 - STRENGTHS has more than one
    return Found(heard, by_strength, rho, axes, (wrong, float(felt)), _missed(plain))


def said(synthesizer: Synthesizer, text: str, affect: Affect) -> Samples:
    """The whole sound of a clause at `SPEECH_HZ`."""
    parts = [segment.audio.samples for segment in synthesizer.speak(Clause(1, text, affect))]
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def _missed(sounds: Sequence[Samples]) -> float:
    return max(
        abs(len(reshaped(sound, SPEECH_HZ, Shaping(factor=factor)).samples) / (factor * len(sound)) - 1)
        for sound in sounds
        for factor in (0.8, 1.25)
    )


def _heard(reader: VoiceReader, plain: Sequence[Samples], felt: Mapping[str, Sequence[Samples]]) -> Scores:
    from scipy.signal import resample_poly

    names = [FELT[0]] * len(plain) + [name for name, sounds in felt.items() for _ in sounds]
    sounds = [*plain, *(sound for each in felt.values() for sound in each)]
    clips = [AudioChunk(resample_poly(sound, HEARING_HZ // 1000, SPEECH_HZ // 1000).astype(np.float32), HEARING_HZ, 0.0)
             for sound in sounds]  # fmt: skip
    assess: Any = reader.assess  # type: ignore[attr-defined]  # only the embedded reader hears a whole session
    chances = np.array([reading.affect.distribution for reading in assess(clips, adapt=True)])
    chances = chances[:, [EMOTIONS.index(name) for name in FELT]]
    return scores(names, chances / chances.sum(axis=1, keepdims=True), list(FELT))


def _manners(sounds: Sequence[Samples], texts: Sequence[str]) -> Numbers:
    """n x 10 (`PARTS`)."""
    return np.array([measured(sound, SPEECH_HZ, text).numbers for sound, text in zip(sounds, texts, strict=True)])


def _effort(sounds: Sequence[Samples], texts: Sequence[str]) -> Numbers:
    """n: how aroused each sounds, in steps of `EFFORT`."""
    numbers = _manners(sounds, texts)
    total: Numbers = sum(numbers[:, PARTS.index(name)] / step for name, step in EFFORT.items())  # type: ignore[assignment]
    return total


def _direction(name: str) -> float:
    return float(np.sign(Affect.of(name).arousal))


def _rising(series: Sequence[Numbers], direction: float) -> float:
    """Mean over sentences of Spearman's correlation with the strength, positive where it goes as it should."""
    from scipy.stats import spearmanr

    table = np.array(series)  # strengths x sentences
    return direction * float(np.mean([spearmanr(range(len(table)), column).statistic for column in table.T]))


def _axes(synthesizer: Synthesizer, texts: Sequence[str]) -> dict[str, float]:
    """Correlation of each axis from -1 to 1 with what people move with it: effort, liveliness, a low firm voice."""
    moved = {"valence": {"range": 0.5, "rate": 0.2}, "arousal": EFFORT, "dominance": {"pitch": -4.0, "tilt": 3.0}}
    found = {}
    for axis, parts in moved.items():
        series = []
        for value in (-0.8, -0.4, 0.0, 0.4, 0.8):
            affect = replace(Affect(), **{axis: value})  # type: ignore[arg-type]  # an axis is a float
            numbers = _manners([said(synthesizer, text, affect) for text in texts], texts)
            series.append(np.sum([numbers[:, PARTS.index(name)] / step for name, step in parts.items()], axis=0))
        found[axis] = _rising(series, 1.0)
    return found
