"""Measures voices against each other: `python -m voice.audition` prints the table in docs/voices.md."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from companion.types import SPEECH_HZ, Affect, Clause, Samples, SpeechSegment
from voice.errors import word_errors
from voice.espeak import Espeak
from voice.finish import SIBILANTS
from voice.recognizer import PocketsphinxRecognizer
from voice.voices import VOICES

SENTENCES = (
    "I am sorry that you had such a hard day at work.",
    "It makes sense that you feel tired after all of that.",
    "What would help you most right now?",
    "You do not have to decide anything tonight.",
    "Tell me more about your sister and her children.",
    "That sounds like a long and lonely week.",
    "Many people feel this way when they lose someone they love.",
    "Maybe we could look at one small step together.",
    "When did you first notice that you could not sleep?",
    "I can hear how much you care about your friends.",
    "It is good that you told me about this.",
    "You have already come a long way this year.",
    "Let us take a slow breath before we go on.",
    "Is there someone near you that you can talk to?",
    "The pain you feel is real and it matters.",
    "How was your mother when you called her yesterday?",
    "Some days are better than others, and that is fine.",
    "I wonder what you would say to a friend in your place.",
    "We can stop here and talk again tomorrow.",
    "Thank you for trusting me with your story.",
)
CANDIDATES = (
    *(f"en-us+{variant}" for variant in ("f2", "f3", "f4", "Annie", "adam", "m7", "Michael")),
    *(f"en-gb-x-rp+{variant}" for variant in ("f3", "f4")),
)
"""eSpeak NG's own that sounded possible by the measures without a recogniser."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured of one voice: see docs/voices.md for what each is good for."""

    pitch_hz: float
    range_semitones: float
    harmonicity_db: float
    centroid_hz: float
    harshness_db: float
    sibilance_db: float
    crest_db: float
    error_rate: float


def measure(voice: str, recognizer: PocketsphinxRecognizer, sentences: Sequence[str] = SENTENCES) -> Measures:
    """Measures of a voice (a name of ours or of eSpeak's) over English sentences spoken neutrally."""
    import parselmouth

    espeak = Espeak(voice)
    said = [list(espeak.speak(Clause(1, sentence, Affect()))) for sentence in sentences]
    sounds = [np.concatenate([segment.audio.samples for segment in segments]) for segments in said]
    sound = np.concatenate(sounds)
    recording = parselmouth.Sound(sound.astype(np.float64), SPEECH_HZ)
    pitch = recording.to_pitch_ac(0.01, 60.0, pitch_ceiling=450.0).selected_array["frequency"]
    semitones = 12 * np.log2(pitch[pitch > 0])
    harmonicity = recording.to_harmonicity(minimum_pitch=60.0).values
    power, hertz = _spectrum(sound)
    return Measures(
        pitch_hz=float(np.median(pitch[pitch > 0])),
        range_semitones=float(np.subtract(*np.percentile(semitones, (90, 10)))),
        harmonicity_db=float(np.mean(harmonicity[harmonicity > 0])),
        centroid_hz=float((power * hertz).sum() / power.sum()),
        harshness_db=_decibel(power[(hertz > 2500) & (hertz < 5000)].sum() / power[hertz < 1000].sum()),
        sibilance_db=_sibilance([segment for segments in said for segment in segments]),
        crest_db=20 * float(np.log10(np.abs(sound).max() / np.sqrt(np.mean(sound**2)))),
        error_rate=word_errors(recognizer, sounds, sentences),
    )


def rows(names: Sequence[str]) -> Iterator[str]:
    """The measures of voices as the lines of a Markdown table, each as soon as it is known."""
    recognizer = PocketsphinxRecognizer()
    yield (
        "| voice | pitch Hz | range st | harmonicity dB | centroid Hz | harshness dB | sibilance dB | crest dB "
        "| words wrong |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for name in names:
        m = measure(name, recognizer)
        yield (
            f"| {name} | {m.pitch_hz:.0f} | {m.range_semitones:.1f} | {m.harmonicity_db:.1f} | {m.centroid_hz:.0f} | "
            f"{m.harshness_db:.1f} | {m.sibilance_db:.1f} | {m.crest_db:.1f} | {m.error_rate:.0%} |"
        )


def _spectrum(sound: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    from scipy.signal import welch

    hertz, power = welch(sound.astype(np.float64), SPEECH_HZ, nperseg=1024)
    return power, hertz


def _sibilance(segments: Sequence[SpeechSegment]) -> float:
    """How loud hisses are against everything else that is voiced or noisy."""
    hisses: list[Samples] = []
    others: list[Samples] = []
    for segment in segments:
        for phone in segment.phones:
            piece = segment.audio.samples[round(phone.start * SPEECH_HZ) : round(phone.end * SPEECH_HZ)]
            (hisses if SIBILANTS.intersection(phone.text) else others).append(piece)
    loud = [float(np.mean(np.concatenate(pieces) ** 2)) for pieces in (hisses, others)]
    return _decibel(loud[0] / loud[1])


def _decibel(ratio: float) -> float:
    return 10 * float(np.log10(ratio))


if __name__ == "__main__":
    ours = [name for name, voice in VOICES.items() if voice.language == "en"]
    for row in rows(sys.argv[1:] or (*ours, *CANDIDATES)):
        print(row, flush=True)  # noqa: T201 - the table is what this command is for
