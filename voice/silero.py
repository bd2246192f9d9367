"""The network of Silero VAD in numpy."""

from __future__ import annotations

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
_FFT = 256
_STRIDE = 128


class Silero:
    """Silero VAD 6 (github.com/snakers4/silero-vad, MIT): short-time spectrum, four convolutions, one LSTM cell.

    The weights are the 16 kHz ones inside the package, a training of their own beside those of its PyTorch file. The
    network is small enough for numpy, so that hearing speech does not wait seconds for PyTorch to load. The state goes
    in and out with each frame, so one network serves any number of streams.
    """

    def __init__(self) -> None:
        weights = load_file(weights_path())
        self._basis = weights["stft_conv.weight"][:, 0]
        self._convolutions = [
            (weights[f"conv{n}.weight"].reshape(len(weights[f"conv{n}.bias"]), -1), weights[f"conv{n}.bias"], stride)
            for n, stride in ((1, 1), (2, 2), (3, 2), (4, 1))
        ]
        self._input, self._hidden = weights["lstm_cell.weight_ih"], weights["lstm_cell.weight_hh"]
        self._bias = weights["lstm_cell.bias_ih"] + weights["lstm_cell.bias_hh"]
        self._output, self._output_bias = weights["final_conv.weight"][0, :, 0], weights["final_conv.bias"][0]

    @staticmethod
    def start() -> Array:
        """The state of a new stream: hidden and cell, 2 x `UNITS`."""
        return np.zeros((2, UNITS), dtype=np.float32)

    def hear(self, samples: Samples, state: Array) -> tuple[float, Array]:
        """The speech probability of one frame and the next state; `samples` are `CONTEXT` + `FRAME`."""
        padded = np.pad(samples, (0, CONTEXT), "reflect")
        windows = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[::_STRIDE]  # 4 x 256
        spectrum = self._basis @ windows.T  # real above imaginary: 258 x 4
        half = len(spectrum) // 2
        hidden = np.sqrt(spectrum[:half] ** 2 + spectrum[half:] ** 2)
        for weight, bias, stride in self._convolutions:
            hidden = np.maximum(weight @ _unrolled(hidden, stride) + bias[:, None], 0)
        gates = self._input @ hidden[:, 0] + self._hidden @ state[0] + self._bias
        enter, keep, new, out = np.split(gates, 4)
        cell = _sigmoid(keep) * state[1] + _sigmoid(enter) * np.tanh(new)
        shown = _sigmoid(out) * np.tanh(cell)
        logit = self._output @ np.maximum(shown, 0) + self._output_bias
        return float(_sigmoid(logit)), np.stack((shown, cell))


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


def _unrolled(channels: Array, stride: int) -> Array:
    """What a convolution of width 3 sees at each step of channels x time, padded by one: (channels * 3) x steps."""
    count, steps = channels.shape
    padded = np.zeros((count, steps + 2), dtype=np.float32)
    padded[:, 1:-1] = channels
    unrolled: Array = np.stack([padded[:, n : n + steps : stride] for n in range(3)], axis=1).reshape(count * 3, -1)
    return unrolled


def _sigmoid(x: Array) -> Array:
    result: Array = 0.5 * (1 + np.tanh(0.5 * x))  # without overflow at either end
    return result
