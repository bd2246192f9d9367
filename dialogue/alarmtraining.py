"""`train`: marked sentences and everyday talk to the weights of `dialogue.alarm`."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.labelled import DataError
from companion.types import Risk
from dialogue.alarm import BUCKETS, KINDS, LEVELS, Alarm, families, joined, weighed
from dialogue.compression import pack
from dialogue.corpora import read_meld, read_posts, read_reccon
from dialogue.esconv import read_esconv, read_failed
from dialogue.safety import danger_by_rules, excused
from dialogue.unmasking import unmasked
from weights.store import write

MARKED = Path(__file__).parents[1] / "weights" / "marked"
"""Sentences that were written and marked for this; their own card says how."""
WITH_RULES = "with_rules"
"""The file of those that rules were written from: what rules find in them says nothing of how far to trust rules."""
FOLDS = 5
EVERYDAY = 16_000
"""Posts and lines of everyday talk that are learnt from as harmless."""
EVERYDAY_WORTH = 0.4
"""One of those counts so much of a marked sentence: they are many, and some are not harmless."""
STRENGTH, JOINT_STRENGTH = 30.0, 10.0
"""Inverse regularisation."""
LEAST = 2
"""Sentences that a gram must stand in."""
KEPT = 80_000
"""Grams that ship."""
Progress = Callable[[float, str], None]
Arrays = dict[str, NDArray[Any]]
Rows = Sequence[Sequence[tuple[NDArray[np.int64], NDArray[np.float32]]]]


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words as `unmasked` leaves them, their level and kind (empty where unknown) and how much it counts.

    `ruled` is what rules find in it, `excused` whether they know an excuse for its words, `fair` whether they were
    written without it.
    """

    said: str
    level: Risk
    kind: str
    ruled: Risk
    excused: bool
    worth: float = 1.0
    fair: bool = True


def train(data: Path, out: Path, seed: int, progress: Progress) -> dict[str, float]:
    """Write the alarm's weights to `out`; the figures are on marked sentences held out by cross-validation.

    `data` is the folder of all recordings, or its `dialogue`. Raises `DataError`.
    """
    from sklearn.linear_model import LogisticRegression

    marked = [each for file in sorted(MARKED.glob("*.csv")) for each in read_marked(file)]
    if not marked:
        raise DataError(f"{MARKED} holds no marked sentences")
    progress(0.05, "everyday talk")
    sentences = [*marked, *_everyday(data, seed)]
    random = np.random.default_rng(seed)
    places = random.permutation(len(sentences)) % FOLDS
    logits = np.zeros((len(sentences), len(LEVELS)), np.float32)
    for fold in range(FOLDS):
        progress(0.1 + 0.15 * fold, f"fold {fold + 1} of {FOLDS}")
        judge = Alarm({**_fitted([s for s, p in zip(sentences, places, strict=True) if p != fold], seed), **_apart()})
        for at in np.flatnonzero(places == fold):
            logits[at] = judge.logits(sentences[at].said)[: len(LEVELS)]
    features = np.stack([joined(row, s.ruled, excused=s.excused) for row, s in zip(logits, sentences, strict=True)])
    truth, worth = _truth(sentences)
    fair = np.array([each.fair for each in sentences])
    found = np.zeros(len(sentences), np.int64)
    for fold in range(FOLDS):
        rest = (places != fold) & fair
        model = LogisticRegression(C=JOINT_STRENGTH, max_iter=400).fit(features[rest], truth[rest], worth[rest])
        found[places == fold] = model.predict(features[places == fold])
    joint = LogisticRegression(C=JOINT_STRENGTH, max_iter=400).fit(
        features[fair], truth[fair], sample_weight=worth[fair]
    )
    figures = _figures(truth, found, sentences)
    progress(0.9, "all the sentences")
    arrays = _fitted(sentences, seed)
    arrays |= {"joint": joint.coef_.T.astype(np.float32), "joint.bias": joint.intercept_.astype(np.float32)}
    write(out, arrays, {"figures": figures, "seed": seed, "sentences": len(marked), "levels": LEVELS, "kinds": KINDS})
    progress(1.0, "done")
    return figures


def read_marked(path: Path) -> list[Sentence]:
    """The rows of a csv with text, level and kind. Raises `DataError`."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return [Sentence(unmasked(row["text"]), Risk(row["level"]), row["kind"], danger_by_rules(row["text"]).risk,
                         excused(row["text"]), fair=path.stem != WITH_RULES) for row in rows]  # fmt: skip
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, ValueError) as error:
        raise DataError(f"{path} holds no marked sentences: {error}") from error


def _everyday(data: Path, seed: int) -> list[Sentence]:
    folder = data / "dialogue" if (data / "dialogue").is_dir() else data
    texts = list(read_posts(folder / "goemotions" / "original" / "train.tsv").texts)
    texts += [line.text for lines in read_meld(folder / "meld" / "train_sent_emo.csv") for line in lines]
    texts += [line.text for lines in read_reccon(folder / "reccon" / "dailydialog_train.json") for line in lines]
    chosen = np.random.default_rng(seed).permutation(len(texts))[:EVERYDAY]
    troubled = (*read_esconv(folder / "esconv" / "valid.jsonl"), *read_failed(folder / "esconv" / "failed.json"))
    more = [line.text for dialogue in troubled for line in dialogue if line.own]
    ruled = [(text, danger_by_rules(text).risk) for text in [*(texts[i] for i in chosen), *more]]
    # What the rules hold for dangerous is no everyday talk, however it came there.
    return [Sentence(unmasked(text), Risk.NONE, "", risk, excused(text), EVERYDAY_WORTH) for text, risk in ruled
            if risk in {Risk.NONE, Risk.WATCH}]  # fmt: skip


def _truth(sentences: Sequence[Sentence]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    return np.array([LEVELS.index(s.level) for s in sentences]), np.array([s.worth for s in sentences])


def _apart() -> Arrays:
    """Nothing joined yet."""
    return {"joint": np.zeros((2 * len(LEVELS) + 1, len(LEVELS)), np.float32), "joint.bias": np.zeros(len(LEVELS))}


def _fitted(sentences: Sequence[Sentence], seed: int) -> Arrays:
    """The arrays of the regressions for levels and kinds, on the grams that matter most."""
    rows = [list(families(each.said)) for each in sentences]
    counts = np.zeros(BUCKETS)
    for row in rows:
        for buckets, _ in row:
            counts[buckets] += 1
    idf = (np.log((1 + len(rows)) / (1 + counts)) + 1).astype(np.float16)
    known = np.flatnonzero(counts >= LEAST)
    weights, _ = _regressions(rows, known, idf, sentences, seed)
    if len(known) > KEPT:
        known = known[np.sort(np.argsort(-np.linalg.norm(weights[:, : len(LEVELS)], axis=1), kind="stable")[:KEPT])]
    weights, bias = _regressions(rows, known, idf, sentences, seed)
    return {"buckets": known.astype(np.int32), "idf": idf[known], "bias": bias, **pack("weights", weights)}


def _regressions(rows: Rows, known: NDArray[np.int64], idf: NDArray[np.float16], sentences: Sequence[Sentence],
                 seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:  # fmt: skip
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    place = np.full(BUCKETS, -1)
    place[known] = np.arange(len(known))
    columns, values, edges = [], [], [0]
    for row in rows:
        for buckets, counts in row:
            kept = place[buckets] >= 0
            columns.append(place[buckets[kept]])
            values.append(weighed(counts[kept], idf[buckets[kept]].astype(np.float32)))
        edges.append(edges[-1] + len(columns[-1]) + len(columns[-2]))
    table = csr_matrix((np.concatenate(values), np.concatenate(columns), edges), shape=(len(rows), len(known)))
    truth, worth = _truth(sentences)
    levels = LogisticRegression(C=STRENGTH, max_iter=400, random_state=seed).fit(table, truth, sample_weight=worth)
    of_kind = [at for at, each in enumerate(sentences) if each.kind in KINDS]
    names = np.array([KINDS.index(sentences[at].kind) for at in of_kind])
    kinds = LogisticRegression(C=STRENGTH, max_iter=400, random_state=seed).fit(table[of_kind], names)
    return (
        np.concatenate([levels.coef_, kinds.coef_]).T.astype(np.float32),
        np.concatenate([levels.intercept_, kinds.intercept_]).astype(np.float32),
    )


def _figures(truth: NDArray[np.int64], found: NDArray[np.int64], sentences: Sequence[Sentence]) -> dict[str, float]:
    ruled = np.array([LEVELS.index(each.ruled) for each in sentences])
    marked = np.array([each.worth == 1.0 and each.fair for each in sentences])
    everyday = np.array([each.worth < 1.0 for each in sentences])
    figures: dict[str, float] = {}
    for name, levels in (("together", found), ("rules", ruled)):
        for place, level in enumerate(LEVELS):
            figures[f"{name}_{level.value}_recall"] = float((levels[marked & (truth == place)] == place).mean())
        crisis = levels == len(LEVELS) - 1
        figures[f"{name}_none_as_crisis"] = float(crisis[marked & (truth == 0)].mean())
        figures[f"{name}_everyday_as_crisis"] = float(crisis[everyday].mean())
    return figures
