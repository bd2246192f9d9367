"""`train`: support dialogues to the weights of `dialogue.strategist`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.labelled import DataError
from dialogue.advice import Parts
from dialogue.decisions import Decisions, decisions, fingerprint
from dialogue.esconv import LABELS, Dialogue, read_esconv, read_failed
from dialogue.hearing import Hearing
from dialogue.lookahead import fit_lookahead
from dialogue.mood import Mood, fit_mood
from dialogue.stages import fit_states, stage_of
from dialogue.strategist import Speakers
from dialogue.strategyevaluation import ABLATIONS
from dialogue.strategymodel import fit_model
from dialogue.strategyscores import scored
from dialogue.weighing import Said, Weighing
from weights.store import Weights, write

FOLDS = 5
FEWEST = 10
"""Dialogues that are needed."""
FAILED = 0.3
"""What a turn of a dialogue that was left out of the corpus counts beside one that was kept."""
WORTHS = tuple(itertools.product((0.05, 0.1), (0.05, 0.1), (0.35, 0.4, 0.45), (0.2, 0.3)))
"""What is tried for states, lookahead, adjustment and restraint."""
Progress = Callable[[float, str], None]
Arrays = dict[str, NDArray[Any]]
Floats = NDArray[np.float64]


def train(data: Path, out: Path, seed: int, progress: Progress) -> dict[str, float]:
    """Write the strategist's weights to `out`; `data` is the folder of all recordings, its `dialogue`, or a file.

    A `failed.json` beside the dialogues is learnt from as well. Returns figures of cross-validation over dialogues,
    with the parts' worth chosen on the other folds. Raises `DataError` for data that cannot be used.
    """
    kept, failed = read_corpus(data)
    hearing = Hearing()
    progress(0.0, "reading the dialogues")
    # The filter learns how feelings follow on one another, and sees no strategy: it is the same for all folds.
    mood = fit_mood([_felt(dialogue, hearing) for dialogue in (*kept, *failed)])
    found = decisions((*kept, *failed), hearing, Mood(mood))
    features = np.stack([moment.features() for moment in found.moments])
    place = _places(found, len(kept), seed)
    said: dict[int, Said] = {}
    for fold in range(FOLDS):
        progress(0.2 + 0.6 * fold / FOLDS, f"fold {fold + 1} of {FOLDS}")
        speakers = Speakers(Weights(_fitted(found, features, place != fold, place >= 0, seed), {}))
        said |= {int(row): speakers.said(found.moments[row]) for row in np.flatnonzero(place == fold)}
    rows = np.flatnonzero(place >= 0)
    held, truth = [said[row] for row in rows], found.truth[rows]
    shares = np.bincount(truth, minlength=len(LABELS)) + 1.0
    shares /= shares.sum()
    progress(0.82, "weighing the parts")
    choices = _tried(held, shares)
    figures, table = _measured(held, truth, place[rows], shares, choices)
    figures |= _foreseen(held, found, rows)
    worth = WORTHS[_best(choices, truth)]
    progress(0.9, "all the dialogues")
    arrays = _fitted(found, features, np.ones(len(place), bool), place >= 0, seed)
    arrays |= {**mood, "debias.shares": shares.astype(np.float32), "worth": np.array(worth, np.float32)}
    known = [fingerprint(dialogue) for dialogue in kept]
    write(out, arrays, {"labels": LABELS, "seed": seed, "figures": figures, "parts": table, "trained_on": known})
    progress(1.0, "done")
    return figures


def read_corpus(data: Path) -> tuple[tuple[Dialogue, ...], tuple[Dialogue, ...]]:
    """The dialogues of the corpus, and those left out of it where they lie beside. Raises `DataError`."""
    path = data
    for folder in ("dialogue", "esconv"):
        path = path / folder if (path / folder).is_dir() else path
    path = path / "valid.jsonl" if path.is_dir() else path
    kept = read_esconv(path)
    if len(kept) < FEWEST:
        raise DataError(f"{path}: {len(kept)} dialogues, at least {FEWEST} are needed")
    if missing := set(LABELS) - {line.label for dialogue in kept for line in dialogue}:
        raise DataError(f"{path}: no turn with the strategy {sorted(missing)[0]!r}")
    other = path.with_name("failed.json")
    return kept, read_failed(other) if other.is_file() else ()


def _felt(dialogue: Dialogue, hearing: Hearing) -> tuple[list[Floats], list[float]]:
    heard = [hearing.hear(line.text) for line in dialogue if line.own]
    return [np.asarray(each.feeling, np.float64) for each in heard], [each.confidence for each in heard]


def _places(found: Decisions, kept: int, seed: int) -> NDArray[np.int64]:
    """The fold of each decision, by whole dialogues; -1 for dialogues that are only learnt from."""
    folds = np.full(int(found.dialogue.max()) + 1, -1)
    folds[:kept] = np.random.default_rng(seed).permutation(kept) % FOLDS
    return folds[found.dialogue]


def _fitted(
    found: Decisions, features: NDArray[np.float32], rows: NDArray[np.bool_], kept: NDArray[np.bool_], seed: int
) -> Arrays:
    """The arrays of the three parts that learn, from some of the decisions."""
    weights = np.where(kept, 1.0, FAILED)[rows]
    chosen = [moment for moment, each in zip(found.moments, rows, strict=True) if each]
    truth = found.truth[rows]
    places = [(stage_of(moment.states), moment.state) for moment in chosen]
    outlook = np.stack([moment.outlook_state() for moment in chosen])
    return {
        **fit_model(features[rows], truth, weights, found.informs[rows], seed),
        "states.table": fit_states(places, truth, weights),
        **fit_lookahead(outlook, truth, found.changes[rows], found.ratings[rows]),
    }


def _tried(held: Sequence[Said], shares: Floats) -> list[Floats]:
    """The mixtures over `LABELS` (n x 8) for each of `WORTHS`."""
    parts = Parts()
    tried = [Weighing(shares, worth) for worth in WORTHS]
    return [np.array([weighing.weighed(said, parts)[0] for said in held]) for weighing in tried]


def _best(choices: Sequence[Floats], truth: NDArray[np.int64]) -> int:
    """Which worths serve accuracy and macro-F1 together best, with greetings folded in and apart."""
    found = [scored(truth, each) for each in choices]
    return int(np.argmax([e.accuracy + e.macro_f1 + e.label_accuracy + e.label_macro_f1 for e in found]))


def _measured(
    held: Sequence[Said], truth: NDArray[np.int64], place: NDArray[np.int64], shares: Floats, choices: Sequence[Floats]
) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Figures of all parts together, and of each choice of parts, with worths from the folds that are not measured."""
    mixtures = {name: np.zeros((len(truth), len(LABELS))) for name in ABLATIONS}
    for fold in range(FOLDS):
        out = place == fold
        weighing = Weighing(shares, WORTHS[_best([each[~out] for each in choices], truth[~out])])
        for name, parts in ABLATIONS.items():
            mixtures[name][out] = [weighing.weighed(held[row], parts)[0] for row in np.flatnonzero(out)]
    table = {name: scored(truth, each).figures() for name, each in mixtures.items()}
    figures = dict(table["all parts"])
    figures["model_alone_preference_bias"] = table["model alone"]["preference_bias"]
    return figures, table


def _foreseen(held: Sequence[Said], found: Decisions, rows: NDArray[np.int64]) -> dict[str, float]:
    """How the expected changes and ratings go with those that came (Pearson's r)."""
    figures = {}
    for column, (name, came) in enumerate((("change", found.changes[rows]), ("rating", found.ratings[rows]))):
        expected = np.array([said.expected[found.truth[row], column] for said, row in zip(held, rows, strict=True)])
        known = ~np.isnan(came)
        enough = known.sum() > 2 and expected[known].std() > 0 and came[known].std() > 0
        figures[f"foreseen_{name}_r"] = float(np.corrcoef(expected[known], came[known])[0, 1]) if enough else 0.0
    return figures
