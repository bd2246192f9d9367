"""Training of the linear reader: hashed grams as a sparse matrix, logistic regression by Adam."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogue.compression import pack
from dialogue.feeling import cues
from dialogue.ngrams import BUCKETS, grams
from dialogue.tokens import tokens

LEAST = 3
"""Texts a gram must stand in to be looked at."""
BATCH = 256
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a regression is fitted; `shared` outputs compete (softmax) instead of standing alone."""

    epochs: int
    rate: float = 0.02
    decay: float = 1e-5
    shared: bool = False


POSTS = Recipe(epochs=4)
DIALOGUES = Recipe(epochs=4, shared=True)


def counted(texts: Sequence[str]) -> Any:  # noqa: ANN401 - a scipy sparse matrix, whose type is not worth an import
    """Texts x `BUCKETS`: 1 where a text holds a gram."""
    from scipy.sparse import csr_matrix

    places: list[int] = []
    ends = [0]
    for text in texts:
        places += sorted({gram.bucket for gram in grams(tokens(text), cues(text))})
        ends.append(len(places))
    return csr_matrix((np.ones(len(places), np.float32), np.array(places, np.int32), ends), (len(texts), BUCKETS))


def frequent(table: Any) -> tuple[NDArray[np.int64], Floats]:  # noqa: ANN401 - a scipy sparse matrix
    """The buckets of grams that stand in `LEAST` texts, and their inverse document frequencies."""
    often = np.bincount(table.indices, minlength=BUCKETS)
    kept = np.flatnonzero(often >= LEAST)
    return kept, (np.log((table.shape[0] + 1) / (often[kept] + 1)) + 1).astype(np.float32)


def weighted(table: Any, kept: NDArray[np.int64], idf: Floats) -> Any:  # noqa: ANN401 - a scipy sparse matrix
    """The tf-idf matrix: texts x kept, rows of length 1."""
    from scipy.sparse import diags

    chosen = table[:, kept].multiply(idf).tocsr()
    lengths = np.sqrt(np.asarray(chosen.multiply(chosen).sum(axis=1)).ravel()) + 1e-9
    return (diags(1 / lengths) @ chosen).tocsr().astype(np.float32)


def fit(table: Any, truth: Floats, recipe: Recipe, seed: int) -> tuple[Floats, Floats]:  # noqa: ANN401 - scipy again
    """Weights (kept x outputs) and bias (outputs,) for a tf-idf matrix and truths n x outputs in 0..1.

    Adam (Kingma and Ba, ICLR 2015) with a rate that falls to 0; the intercept starts at the outputs' shares.
    """
    random = np.random.default_rng(seed)
    n = table.shape[0]
    share = np.clip(truth.mean(axis=0), 1e-4, 1 - 1e-4)
    bias = (np.log(share) if recipe.shared else np.log(share / (1 - share))).astype(np.float32)
    weights = np.zeros((table.shape[1], truth.shape[1]), np.float32)
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    steps, step = recipe.epochs * -(-n // BATCH), 0
    for _ in range(recipe.epochs):
        order = random.permutation(n)
        for start in range(0, n, BATCH):
            rows = order[start : start + BATCH]
            batch = table[rows]
            error = (squash(batch @ weights + bias, shared=recipe.shared) - truth[rows]) / len(rows)
            slope = batch.T @ error + recipe.decay * weights
            step += 1
            rate = recipe.rate * (1 - (step - 1) / steps)
            mean += 0.1 * (slope - mean)
            square += 0.01 * (slope * slope - square)
            weights -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
            bias -= 0.2 * rate * error.sum(axis=0)
    return weights, bias


def squash(logits: Floats, *, shared: bool) -> Floats:
    """Logits to probabilities, each for itself or (`shared`) together."""
    if not shared:
        single: Floats = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
        return single
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    together: Floats = powers / powers.sum(axis=1, keepdims=True)
    return together


def exported(kept: NDArray[np.int64], idf: Floats, weights: Floats, bias: Floats) -> dict[str, NDArray[Any]]:
    """The arrays that `dialogue.linear` reads; `weights` holds the outputs of posts and of MELD side by side."""
    return {
        "linear.buckets": kept.astype(np.int32),
        "linear.idf": idf.astype(np.float16),
        "linear.bias": bias.astype(np.float32),
        **pack("linear.weights", weights),
    }


def strongest(weights: Floats, most: int) -> NDArray[np.int64]:
    """The rows of the `most` heaviest grams, in order."""
    chosen = np.sort(np.argsort(-np.linalg.norm(weights, axis=1), kind="stable")[:most])
    return chosen.astype(np.int64)
