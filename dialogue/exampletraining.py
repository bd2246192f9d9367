"""`train`: marked sentences, and everyday talk for the rarity of words, to the weights of `dialogue.examples`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.types import Risk
from dialogue.corpora import read_meld, read_posts
from dialogue.examples import BUCKETS, KINDS, LANGUAGES, Examples, families, weighed
from dialogue.safety import danger_by_rules, heard
from dialogue.safetyevaluation import Marked, read_suite
from dialogue.unmasking import unmasked
from weights.store import write

FOLDS = 10
EVERYDAY, HELD = 14_000, 6_000
"""Everyday lines that tell how rare words are, and others that tell how many would be taken for a crisis."""
Progress = Callable[[float, str], None]
Arrays = dict[str, NDArray[Any]]


def train(suites: Sequence[Path], data: Path, out: Path, seed: int, progress: Progress) -> dict[str, float]:
    """Write the weights to `out`; the figures are on marked sentences held out by cross-validation.

    `data` holds `dialogue` with GoEmotions and MELD. Raises `DataError`.
    """
    random = np.random.default_rng(seed)
    marked = list({each.text: each for suite in suites for each in read_suite(suite)}.values())
    folder = data / "dialogue" if (data / "dialogue").is_dir() else data
    lines = list(read_posts(folder / "goemotions" / "original" / "train.tsv").texts)
    lines += [line.text for talk in read_meld(folder / "meld" / "train_sent_emo.csv") for line in talk]
    lines = [lines[i] for i in random.permutation(len(lines))[: EVERYDAY + HELD]]
    everyday = [part for text in lines[:EVERYDAY] for part, _ in heard(text)]
    places = random.permutation(len(marked)) % FOLDS
    found = np.zeros(len(marked), bool)
    for fold in range(FOLDS):
        progress(fold / (FOLDS + 1), f"fold {fold + 1} of {FOLDS}")
        own = Examples(_fitted([each for each, at in zip(marked, places, strict=True) if at != fold], everyday))
        for at in np.flatnonzero(places == fold):
            found[at] = _resembles(own, marked[at].text)
    progress(FOLDS / (FOLDS + 1), "all the sentences")
    arrays = _fitted(marked, everyday)
    own = Examples(arrays)
    held = [_resembles(own, text) for text in lines[EVERYDAY:] if danger_by_rules(text).risk is not Risk.CRISIS]
    figures = {**_figures(marked, found), "everyday_taken_for_crisis": float(np.mean(held))}
    write(out, arrays, {"figures": figures, "seed": seed, "sentences": len(marked)})
    progress(1.0, "done")
    return figures


def _figures(marked: Sequence[Marked], found: NDArray[np.bool_]) -> dict[str, float]:
    """Recall of crises and false alarms among other sentences: by rules alone, and by either."""
    rules = np.array([danger_by_rules(each.text).risk is Risk.CRISIS for each in marked])
    crisis = np.array([each.level is Risk.CRISIS for each in marked])
    harmless = np.array([each.level is Risk.NONE for each in marked])
    return {
        "recall_rules": float(rules[crisis].mean()),
        "recall_either": float((rules | found)[crisis].mean()),
        "false_alarms_rules": float(rules[harmless].mean()),
        "false_alarms_either": float((rules | found)[harmless].mean()),
    }


def _resembles(own: Examples, text: str) -> bool:
    return any(own.resembled(part) is not None for part, _ in heard(text))


def _fitted(marked: Sequence[Marked], everyday: Sequence[str]) -> Arrays:
    parts = [max(heard(each.text), key=lambda part: len(part[0]), default=("", "")) for each in marked]
    said = [part or unmasked(each.text) for (part, _), each in zip(parts, marked, strict=True)]
    vectors = [list(families(text)) for text in said]
    counts = np.zeros(BUCKETS)
    for row in (*vectors, *(list(families(text)) for text in everyday)):
        for buckets, _ in row:
            counts[buckets] += 1
    idf = (np.log((1 + len(said) + len(everyday)) / (1 + counts)) + 1).astype(np.float16)
    full = idf.astype(np.float32)
    columns = [np.concatenate([buckets for buckets, _ in row]) for row in vectors]
    values = np.concatenate([np.concatenate([weighed(times, full[b]) for b, times in row]) for row in vectors])
    rows = np.repeat(np.arange(len(said)), [len(each) for each in columns])
    order = np.argsort(np.concatenate(columns), kind="stable")
    sorted_columns = np.concatenate(columns)[order]
    found = [danger_by_rules(each.text) for each in marked]
    return {
        "idf": idf,
        "starts": np.searchsorted(sorted_columns, np.arange(BUCKETS + 1)).astype(np.int32),
        "rows": rows[order].astype(np.int16),
        "values": values[order].astype(np.float16),
        "crisis": np.array([each.level is Risk.CRISIS for each in marked], np.uint8),
        "kind": np.array([KINDS.index(each.kind) if each.kind in KINDS else 0 for each in found], np.uint8),
        "language": np.array([LANGUAGES.index(tongue or "en") for _, tongue in parts], np.uint8),
        "other": np.array([each.other for each in found], np.uint8),
    }
