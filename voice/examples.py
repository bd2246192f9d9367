"""Training examples of the voice reader: every clip as it sounds in several places, measured once and kept on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from companion.labelled import TABLE, DataError, Labelled, read_table
from companion.types import Samples
from voice.augmentation import Place
from voice.contours import contours
from voice.functionals import functionals, measurable
from voice.phonation import whole
from voice.recording import decoded
from voice.speaker import Prior, Speaker

Array = NDArray[np.float32]
COPIES = 4
"""Times that each speaker is measured for training: once as recorded, else in a place of another session."""
NOISY = COPIES
"""Number of the copy with noise of every pitch 10 dB below the voice: for figures, not for training."""
NOISE_DB = 10.0
FEWEST = 25
"""Clips from which a speaker's usual is learnt in training: few or many, as in sessions of any length."""
CONTOUR_WEIGHT = 500.0
"""Steps of contours (10 s) that weigh as much as all that is known of other people."""
FUNCTIONAL_WEIGHT = 5.0
"""Utterances that do."""


@dataclass(frozen=True, slots=True)
class Session:
    """What one speaker of one corpus says in one place: names, and the file that holds the measures."""

    corpus: str
    speaker: str
    copy: int
    path: Path

    @property
    def person(self) -> str:
        """The speaker's name, unique over corpora."""
        return f"{self.corpus}/{self.speaker}"


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """The clips of a session: contours (steps x channels each), functionals (n x measures), emotions (n)."""

    contours: list[Array]
    functionals: Array
    emotions: tuple[str, ...]


def corpora(data: Path) -> dict[str, list[Labelled]]:
    """The tables under `data`, by folder name: its own, or those of the folders in it or in `speech_emotion`.

    Raises `DataError` where there is none, or one names no speakers.
    """
    places = [data, *sorted(data.glob("*/")), *sorted(data.glob("speech_emotion/*/"))]
    inner = data / "speech_emotion"
    if inner.is_dir():
        places = sorted(inner.glob("*/"))
    found = {place.name: read_table(place) for place in places if (place / TABLE).is_file()}
    if not found:
        raise DataError(f"{data} holds no {TABLE}, nor does any folder in it")
    for name, rows in found.items():
        if any(not row.speaker for row in rows):
            raise DataError(f"{name}/{TABLE} has rows without a speaker: a voice is learnt against its own usual")
    return found


def measure(
    tables: dict[str, list[Labelled]], folder: Path, seed: int, progress: Callable[[float], None]
) -> list[Session]:
    """Measure every speaker in `COPIES` places and in noise into `folder`; what is there is not measured again."""
    speakers = [(corpus, name) for corpus, rows in tables.items() for name in sorted({row.speaker for row in rows})]
    folder.mkdir(parents=True, exist_ok=True)
    sessions: list[Session] = []
    for number, (corpus, name) in enumerate(speakers):
        own = [Session(corpus, name, copy, folder / f"{corpus}_{name}_{copy}.npz") for copy in range(COPIES + 1)]
        if not all(session.path.exists() for session in own):
            rows = [row for row in tables[corpus] if row.speaker == name]
            others = [row for row in tables[corpus] if row.speaker != name]
            _measure_speaker(rows, others, own, [seed, number])
        sessions += own
        progress((number + 1) / len(speakers))
    return sessions


def load(session: Session) -> Measured:
    """The measures of one session."""
    with np.load(session.path) as file:
        steps = file["contours"].astype(np.float32)
        ends = np.cumsum(file["lengths"])
        return Measured(
            np.split(steps, ends[:-1]) if len(ends) else [], file["functionals"], tuple(map(str, file["emotions"]))
        )


def priors(sessions: Sequence[Measured]) -> tuple[Prior, Prior]:
    """How people sound at large, in contours and in functionals: means over sessions, deviations within them."""
    return (
        _prior([np.concatenate(session.contours) for session in sessions], CONTOUR_WEIGHT),
        _prior([session.functionals for session in sessions], FUNCTIONAL_WEIGHT),
    )


def normalised(
    session: Measured, of_contours: Prior, of_functionals: Prior, random: np.random.Generator | None = None
) -> tuple[list[Array], Array]:
    """Contours and functionals in deviations from the speaker's usual.

    With `random` the usual is learnt from a random part of the clips, at times a lopsided one, because a person in a
    session is not as often angry as neutral.
    """
    count = len(session.emotions)
    chosen = np.arange(count) if random is None else _part(session.emotions, random)
    by_step, by_clip = Speaker(of_contours), Speaker(of_functionals)
    for index in chosen:
        by_step.learn(session.contours[index])
    by_clip.learn(session.functionals[chosen])
    return [by_step.deviation(steps) for steps in session.contours], by_clip.deviation(session.functionals)


def _part(emotions: Sequence[str], random: np.random.Generator) -> NDArray[np.intp]:
    names = sorted(set(emotions))
    share = dict(zip(names, random.dirichlet(np.full(len(names), random.choice((2.0, 50.0, 50.0)))), strict=True))
    weights = np.array([share[name] / emotions.count(name) for name in emotions])
    count = len(emotions)
    size = int(random.integers(min(FEWEST, count), count + 1))
    return random.choice(count, size=size, replace=True, p=weights / weights.sum())


def _prior(sessions: Sequence[Array], weight: float) -> Prior:
    means = [np.nanmean(rows, axis=0) for rows in sessions]
    variances = [np.nanvar(rows, axis=0) for rows in sessions]
    deviation = np.sqrt(np.mean(variances, axis=0)) + 1e-4
    return Prior(np.mean(means, axis=0).astype(np.float32), deviation.astype(np.float32), weight)


def _measure_speaker(
    rows: Sequence[Labelled], others: Sequence[Labelled], sessions: Sequence[Session], seed: Sequence[int]
) -> None:
    sounds = [decoded(row.path) for row in rows]
    chooser = np.random.default_rng([*seed, 0])
    picked = chooser.permutation(len(others))[:40]
    voices = [decoded(others[i].path) for i in picked]
    for session in sessions:
        random = np.random.default_rng([*seed, 1, session.copy])
        if session.copy == 0:
            heard: Iterator[Samples] = iter(sounds)
        else:
            place = Place.noisy(random, NOISE_DB) if session.copy == NOISY else Place.drawn(random, voices)
            heard = _through(place, sounds, random)
        _write(session.path, zip(rows, heard, strict=True))


def _through(place: Place, sounds: Sequence[Samples], random: np.random.Generator) -> Iterator[Samples]:
    for sound in sounds:
        yield place.heard(sound, random)


def _write(path: Path, clips: Iterator[tuple[Labelled, Samples]]) -> None:
    steps, numbers, emotions = [], [], []
    for row, sound in clips:
        frames = whole(sound)
        if measurable(frames):
            steps.append(contours(frames).astype(np.float16))
            numbers.append(functionals(frames))
            emotions.append(row.emotion)
    if not steps:
        raise DataError(f"no clip of {path.stem.rpartition('_')[0]} holds a voice that can be measured")
    half = path.with_suffix(".part.npz")
    np.savez(
        half,
        contours=np.concatenate(steps),
        functionals=np.array(numbers),
        lengths=np.array([len(step) for step in steps]),
        emotions=np.array(emotions),
    )
    half.replace(path)  # a file that is there is whole
