"""`Network`: the small convolutional reader, forward in numpy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogue.compression import unpack
from dialogue.vocabulary import UNKNOWN, Vocabulary, pieces

WIDTHS = (1, 2, 3)
HEADS = ("posts", "meld", "daily")
"""28 labels and 7 groups of GoEmotions; 7 feelings of MELD; 7 of DailyDialog."""
Floats = NDArray[np.float32]


class Network:
    """Word and sub-word embeddings, convolutions over 1-3 words, largest and mean response, one hidden layer.

    After Kim, "Convolutional Neural Networks for Sentence Classification" (EMNLP 2014).
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """`arrays` as `dialogue.learning` exports them (`network.*`)."""
        self._vocabulary = Vocabulary(arrays["network.words.hashes"])
        self._words = unpack(arrays, "network.words")
        self._pieces = unpack(arrays, "network.pieces")
        self._arrays = {name: array for name, array in arrays.items() if name.startswith("network.")}

    def known(self, said: Sequence[str]) -> float:
        """The share of tokens, marks aside, that were seen in training; 0 for none at all."""
        telling = [token for token in said if token[0].isalnum()] or [token for token in said if ord(token[0]) > 0x2000]
        seen = sum(self._vocabulary.row(token) != UNKNOWN for token in telling)
        return seen / len(telling) if telling else 0.0

    def hidden(self, said: Sequence[str]) -> Floats:
        """The hidden layer (units,) for tokens; no token counts as one unknown."""
        embedded = np.stack([self._embedded(token) for token in said]) if said else self._words[1:2]  # n x dim
        responses = []
        for width in WIDTHS:
            response = np.maximum(self._convolved(embedded, width), 0)
            responses += [response.max(axis=0), response.sum(axis=0) / np.sqrt(len(response))]
        units: Floats = np.maximum(self._affine("hidden", np.concatenate(responses)), 0)
        return units

    def heads(self, said: Sequence[str]) -> dict[str, Floats]:
        """Logits of each head."""
        hidden = self.hidden(said)
        return {head: self._affine(head, hidden) for head in HEADS}

    def _embedded(self, token: str) -> Floats:
        rows = pieces(token)
        word: Floats = self._words[self._vocabulary.row(token)]
        if not rows:
            return word
        # Divided as in training: a word of many pieces must not shout down the others.
        spelt: Floats = self._pieces[list(rows)].sum(axis=0) / np.sqrt(np.float32(len(rows) + 1))
        return word + spelt

    def _convolved(self, embedded: Floats, width: int) -> Floats:
        """Filters over `width` neighbours, the text padded with zeros to as many places as it has tokens."""
        n, before = len(embedded), width // 2
        padded = np.zeros((n + width - 1, embedded.shape[1]), np.float32)
        padded[before : before + n] = embedded
        windows = np.concatenate([padded[i : i + n] for i in range(width)], axis=1)  # n x (width x dim)
        return self._affine(f"filters{width}", windows)

    def _affine(self, name: str, values: Floats) -> Floats:
        result: Floats = values @ self._arrays[f"network.{name}.weight"] + self._arrays[f"network.{name}.bias"]
        return result
