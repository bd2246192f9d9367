"""Training of `dialogue.causes` on RECCON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogue.causes import BACK, Candidate, Causes, about_clause, about_utterance, clauses
from dialogue.corpora import Dialogue
from dialogue.judgement import Judge
from dialogue.text import tidy, words

FOLDS = 5
Floats = NDArray[np.float32]
Arrays = dict[str, NDArray[Any]]


def fit_causes(dialogues: Sequence[Dialogue], judge: Judge, seed: int) -> tuple[dict[str, float], Arrays]:
    """The arrays of `Causes`, and its figures on dialogues held out by cross-validation.

    The judge's posts heads may not have been trained on these dialogues' causes or feelings; they were not.
    """
    cases, places = [], np.random.default_rng(seed).permutation(len(dialogues)) % FOLDS
    for place, lines in zip(places, dialogues, strict=True):
        judged = [judge.judge(line.text) for line in lines]
        for at, line in enumerate(lines):
            if line.emotion != "neutral" and line.causes:
                cases.append((int(place), candidates(lines, judged, at), _spans(line.causes, at)))
    rows = [_rows(case) for _, *case in cases]
    folds = np.array([place for place, *_ in cases])
    arrays = _fit(rows)
    measured = []
    for fold in range(FOLDS):
        learnt = _fit([row for row, place in zip(rows, folds, strict=True) if place != fold])
        measured.append(_measured(learnt, [case for case in cases if case[0] == fold]))
    found = np.concatenate(measured)
    truth, probability, overlap = found.T
    threshold = _best(probability, truth > 0)
    chosen = probability >= threshold
    hits = float((chosen & (truth > 0)).sum())
    return {
        "cause_positive_f1": 2 * hits / float(chosen.sum() + (truth > 0).sum()),
        "cause_span_token_f1": float(overlap[truth > 0].mean()),
    }, {**arrays, "cause.threshold": np.array([threshold], np.float32)}


def candidates(lines: Dialogue, judged: Sequence[Any], at: int) -> tuple[Candidate, ...]:
    """The line of the feeling and those before it, backwards."""
    first = max(0, at - BACK)
    return tuple(
        Candidate.of(lines[i].text, at - i, lines[i].speaker == lines[at].speaker, judged[i])
        for i in range(at, first - 1, -1)
    )


def token_f1(found: str, true: str) -> float:
    """Overlap of two spans as sets of counted words, as in question answering (Rajpurkar et al., EMNLP 2016)."""
    from collections import Counter

    ours, theirs = Counter(words(found)), Counter(words(true))
    common = sum((ours & theirs).values())
    return 2 * common / (sum(ours.values()) + sum(theirs.values())) if common else 0.0


def _spans(causes: Sequence[tuple[int, str]], at: int) -> dict[int, list[str]]:
    """The spans by how many messages back they stand."""
    spans: dict[int, list[str]] = {}
    for place, span in causes:
        spans.setdefault(at - place, []).append(span)
    return spans


def _rows(case: Sequence[Any]) -> tuple[Floats, Floats, Floats, Floats]:
    """Features and truths of a case's utterances, and of the clauses of those that hold a cause."""
    near, spans = case
    features = np.stack([about_utterance(near, i) for i in range(len(near))])
    parts, inside = [], []
    for at, each in enumerate(near):
        if each.back not in spans:
            continue
        pieces = clauses(each.text)
        true = tidy(spans[each.back][0]).lower()
        for i, piece in enumerate(pieces):
            parts.append(about_clause(near, at, i, pieces))
            inside.append(piece.lower() in true or token_f1(piece, true) > 0.5 or _mostly(piece, true))
    empty = np.zeros((0, len(about_clause(near, 0, 0, ["x"]))), np.float32)
    truth = np.array([each.back in spans for each in near], np.float32)
    return features, truth, np.stack(parts) if parts else empty, np.array(inside, np.float32)


def _mostly(piece: str, true: str) -> bool:
    said, there = words(piece), set(words(true))
    return bool(said) and sum(word in there for word in said) >= 0.8 * len(said) and " ".join(said[:2]) in true


def _fit(rows: Sequence[tuple[Floats, Floats, Floats, Floats]]) -> Arrays:
    from sklearn.linear_model import LogisticRegression

    arrays: Arrays = {}
    for name, part in (("utterance", 0), ("clause", 2)):
        features = np.concatenate([row[part] for row in rows])
        truth = np.concatenate([row[part + 1] for row in rows])
        mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-3
        model = LogisticRegression(C=0.3, max_iter=400).fit((features - mean) / scale, truth > 0)
        arrays |= {
            f"cause.{name}.weights": model.coef_[0].astype(np.float32),
            f"cause.{name}.bias": model.intercept_.astype(np.float32),
            f"cause.{name}.mean": mean.astype(np.float32),
            f"cause.{name}.scale": scale.astype(np.float32),
        }
    return arrays


def _measured(arrays: Arrays, cases: Sequence[Any]) -> NDArray[np.float64]:
    """For each candidate whether it holds a cause, the probability, and the best overlap of its span."""
    model = Causes({**arrays, "cause.threshold": np.array([0.5], np.float32)})
    found = []
    for _, near, spans in cases:
        for cause in model.find(near):
            overlap = max((token_f1(cause.span, true) for true in spans.get(cause.back, ())), default=0.0)
            found.append((float(cause.back in spans), cause.probability, overlap))
    return np.array(found)


def _best(probability: NDArray[np.float64], truth: NDArray[np.bool_]) -> float:
    """The threshold of the best F1."""
    from dialogue.calibration import thresholds

    return float(thresholds(probability[:, None].astype(np.float32), truth[:, None])[0])
