"""`Recurrent`: the small recurrent reader, forward in numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dialogue.network import Network

Floats = NDArray[np.float32]


class Recurrent(Network):
    """As `Network`, with gated recurrent units that read from both ends in the place of convolutions.

    Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder" (EMNLP 2014), gates as in torch.
    """

    name = "recurrent"

    def _responses(self, embedded: Floats) -> Floats:
        """Largest and mean state, forwards then backwards (4 x units)."""
        arrays = self._arrays
        both = np.stack([embedded, embedded[::-1]])  # 2 x n x dim
        given = both @ arrays["input.weight"] + arrays["input.bias"][:, None]  # 2 x n x (3 x units)
        weight, bias = arrays["state.weight"], arrays["state.bias"]
        units = weight.shape[1]
        state = np.zeros((2, units), np.float32)
        states = np.empty((2, len(embedded), units), np.float32)
        for at in range(len(embedded)):
            kept = (state[:, None] @ weight)[:, 0] + bias
            gates = 1 / (1 + np.exp(-(given[:, at, : 2 * units] + kept[:, : 2 * units])))
            reset, update = gates[:, :units], gates[:, units:]
            new = np.tanh(given[:, at, 2 * units :] + reset * kept[:, 2 * units :])
            state = new + update * (state - new)
            states[:, at] = state
        return np.concatenate([states.max(axis=1), states.mean(axis=1)], axis=1).ravel()
