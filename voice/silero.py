"""The network of Silero VAD in numpy."""

from __future__ import annotations

import math
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from companion.engines import EngineError
from companion.types import Samples

Array = NDArray[np.float32]

WEIGHTS = Path("data") / "silero_vad_16k.safetensors"
"""Inside the silero_vad package."""
FRAME = 512
"""Samples of one frame at 16 kHz (32 ms)."""
CONTEXT = 64
"""Samples of the frame before that the network sees again with each frame."""
UNITS = 128
"""Width of the recurrent layer."""
_STRIDE = 128
_WINDOW = np.hanning(2 * _STRIDE + 1)[:-1].astype(np.float32)
_LAYERS = ((1, 4, 1), (2, 4, 2), (3, 2, 2), (4, 1, 1))
"""Number, steps taken in and stride of each convolution."""


class Silero:
    """Silero VAD 6 (github.com/snakers4/silero-vad, MIT): short-time spectrum, four convolutions, one LSTM cell.

    The weights are the 16 kHz ones inside the package, a training of their own beside those of its PyTorch file. The
    network is small enough for numpy, so that hearing speech does not wait seconds for PyTorch to load. The state goes
    in and out with each frame, so one network serves any number of streams.
    """

    def __init__(self) -> None:
        weights = load_file(weights_path())
        self._convolutions = [
            (_taps(steps, stride), _by_tap(weights[f"conv{n}.weight"]), weights[f"conv{n}.bias"])
            for n, steps, stride in _LAYERS
        ]
        self._recurrent = np.concatenate((weights["lstm_cell.weight_ih"], weights["lstm_cell.weight_hh"]), axis=1)
        self._bias = weights["lstm_cell.bias_ih"] + weights["lstm_cell.bias_hh"]
        self._output, self._output_bias = weights["final_conv.weight"][0, :, 0], float(weights["final_conv.bias"][0])

    @staticmethod
    def start() -> Array:
        """The state of a new stream: hidden and cell, 2 x `UNITS`."""
        return np.zeros((2, UNITS), dtype=np.float32)

    def hear(self, samples: Samples, state: Array) -> tuple[float, Array]:
        """The speech probability of one frame and the next state; `samples` are `CONTEXT` + `FRAME`."""
        mirrored = samples[-2 : -CONTEXT - 2 : -1]
        strides = np.concatenate((samples, mirrored)).reshape(-1, _STRIDE)
        windows = np.concatenate((strides[:-1], strides[1:]), axis=1)  # 4 x 256
        # The weights' own transform, `stft_conv`, is this one as a matrix, which takes thirty times as long.
        hidden: Array = np.abs(np.fft.rfft(windows * _WINDOW)).astype(np.float32)  # steps x channels from here on
        for taps, weight, bias in self._convolutions:
            edge = np.zeros((1, hidden.shape[1]), np.float32)
            padded = np.concatenate((edge, hidden, edge))
            hidden = np.maximum(padded[taps].reshape(len(taps), -1) @ weight + bias, 0)
        gates = self._recurrent @ np.concatenate((hidden[0], state[0])) + self._bias
        enter, keep, _, out = _sigmoid(gates).reshape(4, UNITS)
        new = np.tanh(gates[2 * UNITS : 3 * UNITS])
        cell = keep * state[1] + enter * new
        shown = out * np.tanh(cell)
        logit = float(self._output @ np.maximum(shown, 0)) + self._output_bias
        return 0.5 + 0.5 * math.tanh(0.5 * logit), np.stack((shown, cell))


def weights_path() -> Path:
    """Where the package keeps its weights, found without importing it, which would import PyTorch.

    Raises `EngineError` where the package or its weights are missing.
    """
    found = find_spec("silero_vad")
    folders = [Path(place) for place in (found.submodule_search_locations or ())] if found else []
    for folder in folders:
        if (folder / WEIGHTS).is_file():
            return folder / WEIGHTS
    raise EngineError("silero-vad or its weights are missing; install it with: pip install silero-vad==6.2.3")


def _taps(steps: int, stride: int) -> NDArray[np.intp]:
    """Which three steps (of `steps` padded by one at either end) a convolution sees for each step it gives."""
    return np.arange(0, steps, stride)[:, None] + np.arange(3)


def _by_tap(weight: Array) -> Array:
    """A convolution's weights, out x in x 3, as the matrix (3 * in) x out that its taps are multiplied with."""
    return np.ascontiguousarray(weight.transpose(2, 1, 0).reshape(-1, len(weight)))


def _sigmoid(x: Array) -> Array:
    result: Array = 0.5 * (1 + np.tanh(0.5 * x))  # without overflow at either end
    return result
