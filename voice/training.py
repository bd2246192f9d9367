"""`train`: the shipped weights of the voice reader, from labelled clips of many speakers."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.labelled import DataError, Labelled
from companion.scores import interval, scores
from companion.types import EMOTIONS
from voice.calibration import MODES, Judged, calibrated, closed, crossed
from voice.contours import CHANNELS
from voice.examples import COPIES, NOISY, Measured, Session, corpora, load, measure, normalised, priors
from voice.learning import BATCH, Lesson, learn
from voice.listener import Listener, Stretch
from weights.store import Weights, read, write

Array = NDArray[np.float32]
FOLDS = 7
"""As many as the smallest corpus has speakers: each of them is judged by networks that heard all others."""
FOLD_MEMBERS = 3
MEMBERS = 3
EPOCHS = 50
"""Passes over as many clips as were recorded; each copy is met in a quarter of them. Fixed beforehand, not chosen by
the figures of the folds."""
FEWEST_SPEAKERS = 3


@dataclass(frozen=True, slots=True)
class Task:
    """What one network is trained on, and where its weights are kept until all is done."""

    sessions: tuple[Session, ...]
    labels: tuple[str, ...]
    seed: int
    path: Path


def train(data: Path, out: Path, seed: int, progress: Callable[[float, str], None]) -> dict[str, float]:
    """Train on every corpus under `data` (folders with labels.csv), write `out`, return the cross-validated figures.

    Speakers are dealt into folds; figures and calibration come from networks that never heard the speaker, and for the
    figures the calibration, too, is that of the other folds. What is done is kept in the folder `<out>.resume` until
    the end, so that a stopped training goes on where it was. Raises `DataError` for tables that cannot be used.
    """
    tables = corpora(data)
    labels = _labels(tables)
    folder = _resume(out, seed, tables)
    sessions = measure(tables, folder / "measures", seed, lambda share: progress(0.15 * share, "measuring"))
    folds = _folds(sessions, seed)
    judged: list[Judged] = []
    total = FOLDS * FOLD_MEMBERS + MEMBERS
    for fold in range(FOLDS):
        pupils = tuple(session for session in sessions if folds[session.person] != fold)
        told = _told(progress, fold * FOLD_MEMBERS, total, f"fold {fold + 1} of {FOLDS}")
        task = Task(pupils, labels, seed * 1000 + fold * 10, folder / f"fold{fold}")
        listener = Listener(_taught(task, FOLD_MEMBERS, told))
        judged += judge(listener, [session for session in sessions if folds[session.person] == fold], fold, seed)
    calibration = calibrated(judged, labels)
    found, details = figures(crossed(judged, labels), labels)
    told = _told(progress, FOLDS * FOLD_MEMBERS, total, "all speakers")
    whole = _taught(Task(tuple(sessions), labels, seed * 1000 + 900, folder / "all"), MEMBERS, told)
    facts = {**whole.facts, **asdict(calibration), "seed": seed, "epochs": EPOCHS, "figures": found, **details}
    write(out, {name: _stored(name, array) for name, array in whole.arrays.items()}, facts)
    shutil.rmtree(folder)
    return found


def judge(listener: Listener, sessions: Sequence[Session], fold: int, seed: int) -> list[Judged]:
    """Every clip of these sessions' speakers, as recorded and in noise, judged in each of `MODES`.

    `adapted`: against the usual of all of the speaker's clips; `online`: against that of the clips before it, in random
    order, from nothing; `unadapted`: against everybody's; `noise`: adapted, all clips in noise.
    """
    found: list[Judged] = []
    for session in sessions:
        if session.copy != 0:
            continue
        clean = load(session)
        noisy = load(next(other for other in sessions if other.person == session.person and other.copy == NOISY))
        if clean.emotions != noisy.emotions:
            raise DataError(f"{session.person}: clips lose their voice in noise; train without them")
        order = np.random.default_rng([seed, len(clean.emotions)]).permutation(len(clean.emotions))
        places = np.argsort(order)
        opinions = {
            "adapted": _opinions(listener, clean, learned=True),
            "online": _online(listener, clean, order),
            "unadapted": _opinions(listener, clean, learned=False),
            "noise": _opinions(listener, noisy, learned=True),
        }
        for index, emotion in enumerate(clean.emotions):
            heard = {mode: opinions[mode][index] for mode in MODES}
            found.append(Judged(session.corpus, session.person, emotion, fold, int(places[index]), heard))
    return found


def figures(judged: Sequence[Judged], labels: Sequence[str]) -> tuple[dict[str, float], dict[str, dict[str, Any]]]:
    """UAR with its interval over speakers and calibration error, for each corpus and mode; and for the card, in the
    adapted mode, the confusion and recalls of each corpus and the UAR of each person.
    """
    found: dict[str, float] = {}
    details: dict[str, dict[str, Any]] = {"confusion": {}, "recall": {}, "people": {}}
    for corpus in _names(judged):
        clips = [one for one in judged if one.corpus == corpus]
        present = [label for label in labels if any(one.emotion == label for one in clips)]
        truth = np.array([one.emotion for one in clips])
        for mode in MODES:
            chances = _chances(clips, labels, mode)
            result = scores(list(truth), chances, present)
            found[f"{corpus}_{mode}_uar"] = round(result.uar, 4)
            found[f"{corpus}_{mode}_ece"] = round(result.ece, 4)
            if mode == "adapted":
                right = np.array(present)[chances.argmax(axis=1)] == truth
                people = np.array([one.person for one in clips])
                low, high = interval(partial(_recall, truth, right), list(people))
                found[f"{corpus}_uar_low"], found[f"{corpus}_uar_high"] = round(low, 4), round(high, 4)
                details["confusion"][corpus] = result.confusion
                details["recall"][corpus] = {name: round(row["recall"], 3) for name, row in result.per_class.items()}
                for person in sorted(set(people)):
                    details["people"][person] = round(_recall(truth, right, np.flatnonzero(people == person)), 3)
    return found, details


def _chances(clips: Sequence[Judged], labels: Sequence[str], mode: str) -> NDArray[np.float64]:
    logs, _, _ = closed(clips, labels, mode)
    chances = np.exp(logs)
    return np.asarray(chances / chances.sum(axis=1, keepdims=True))


def _recall(truth: NDArray[Any], right: NDArray[np.bool_], rows: NDArray[np.intp]) -> float:
    truth, right = truth[rows], right[rows]
    return float(np.mean([right[truth == label].mean() for label in np.unique(truth)]))


def _names(judged: Sequence[Judged]) -> list[str]:
    return sorted({one.corpus for one in judged})


def _opinions(listener: Listener, clips: Measured, *, learned: bool) -> list[Array]:
    heard = [Stretch(steps, row) for steps, row in zip(clips.contours, clips.functionals, strict=True)]
    usual = listener.newcomer()
    for stretch in heard if learned else ():
        usual.learn(stretch)
    return [listener.impression(stretch, usual) for stretch in heard]


def _online(listener: Listener, clips: Measured, order: NDArray[np.intp]) -> list[Array]:
    usual = listener.newcomer()
    found: dict[int, Array] = {}
    for index in map(int, order):
        stretch = Stretch(clips.contours[index], clips.functionals[index])
        usual.learn(stretch)
        found[index] = listener.impression(stretch, usual)
    return [found[index] for index in range(len(found))]


def _taught(task: Task, members: int, progress: Callable[[float], None]) -> Weights:
    """The networks of a task, each read where it was trained before."""
    arrays: dict[str, Array] = {}
    facts: dict[str, Any] = {"labels": list(task.labels), "members": members}
    heard = {session: load(session) for session in task.sessions if session.copy < COPIES}
    of_contours, of_functionals = priors(list(heard.values()))
    for name, prior in (("contours", of_contours), ("functionals", of_functionals)):
        arrays[f"{name}_mean"], arrays[f"{name}_deviation"] = prior.mean, prior.deviation
        facts[f"{name}_weight"] = prior.weight
    for member in range(members):
        path = task.path / f"{member}.safetensors"
        if not path.exists():
            random = np.random.default_rng(task.seed + member)
            clips = {s: normalised(c, of_contours, of_functionals, random) for s, c in heard.items()}
            lesson = _lesson(clips, {session: c.emotions for session, c in heard.items()}, task.labels)
            steps = EPOCHS * max(1, len(lesson.labels) // COPIES // BATCH)
            learnt = learn(lesson, steps, task.seed + member, partial(_onward, progress, member))
            half = path.with_suffix(".part")
            write(half, learnt, {})
            half.replace(path)
        for name, array in read(path).arrays.items():
            arrays[f"{member}.{name}"] = array
    return Weights(arrays, facts)


def _onward(progress: Callable[[float], None], done: int, share: float) -> None:
    progress(done + share)


def _lesson(
    clips: Mapping[Session, tuple[list[Array], Array]],
    emotions: Mapping[Session, Sequence[str]],
    labels: Sequence[str],
) -> Lesson:
    contours: list[Array] = []
    names: list[tuple[str, str]] = []
    for session, (steps, _) in clips.items():
        contours += steps
        names += [(session.corpus, emotion) for emotion in emotions[session]]
    # Each corpus and each feeling in it weighs the same, however many clips it has.
    counts = {name: names.count(name) for name in set(names)}
    weights = np.array([1 / counts[name] for name in names], dtype=np.float32)
    weights *= len(weights) / weights.sum()
    places = np.array([labels.index(emotion) for _, emotion in names])
    functionals = np.concatenate([rows for _, rows in clips.values()])
    if contours[0].shape[1] != CHANNELS:
        raise DataError("the measures were made by another version: remove the .resume folder")
    return Lesson(contours, functionals, places, weights, len(labels))


def _labels(tables: Mapping[str, Sequence[Labelled]]) -> tuple[str, ...]:
    present = {row.emotion for rows in tables.values() for row in rows}
    if len(present) < 2:
        raise DataError("at least two different emotions are needed to learn to tell them apart")
    return tuple(name for name in EMOTIONS if name in present)


def _folds(sessions: Sequence[Session], seed: int) -> dict[str, int]:
    """A fold for each person, so many of each corpus in each fold. Raises `DataError` for too few speakers."""
    random = np.random.default_rng(seed)
    folds: dict[str, int] = {}
    for corpus in sorted({session.corpus for session in sessions}):
        people = sorted({session.person for session in sessions if session.corpus == corpus})
        if len(people) < FEWEST_SPEAKERS:
            raise DataError(
                f"{corpus} has {len(people)} speakers: {FEWEST_SPEAKERS} are needed to judge by other voices"
            )
        for place, index in enumerate(random.permutation(len(people))):
            folds[people[index]] = place % FOLDS
    return folds


def _resume(out: Path, seed: int, tables: Mapping[str, Sequence[Labelled]]) -> Path:
    """The folder of finished parts; those of another seed or other data are removed."""
    folder = out.with_name(out.name + ".resume")
    rows = [(name, str(row.path), row.emotion, row.speaker) for name, table in tables.items() for row in table]
    plan = hashlib.sha256(json.dumps([seed, EPOCHS, COPIES, FOLDS, rows]).encode()).hexdigest()
    note = folder / "plan"
    if folder.exists() and not (note.is_file() and note.read_text() == plan):
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    note.write_text(plan)
    return folder


def _told(progress: Callable[[float, str], None], done: int, total: int, what: str) -> Callable[[float], None]:
    return lambda share: progress(0.15 + 0.85 * (done + share) / total, what)


def _stored(name: str, array: Array) -> NDArray[Any]:
    """Networks in half precision; means are kept whole, as a level in dB has no digits to lose."""
    return array if name.startswith(("contours", "functionals")) else array.astype(np.float16)
