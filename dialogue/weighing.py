"""`Weighing`: the opinions of the strategist's parts made into one mixture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogue.advice import Parts
from dialogue.debiasing import Debiasing
from dialogue.lookahead import advantage

Floats = NDArray[np.float64]
LEAST = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What the parts say of one moment over `LABELS`: `model` and `states` are mixtures (8,), `expected` is 8 x 2.

    `used` are places in `FOLDED` of the strategies so far, `informing` is the part of "suggestions or information"
    that is information.
    """

    model: Floats
    states: Floats
    expected: Floats
    used: tuple[int, ...]
    informing: float


class Weighing:
    """A product of experts: logarithms of shares add up, each part's beyond what is usual and by its worth.

    With no part at all every strategy has its usual share. A part that is alone counts in full.
    """

    def __init__(self, shares: NDArray[np.floating[Any]], worth: Sequence[float] | NDArray[np.floating[Any]]) -> None:
        """`shares`: how usual each of `LABELS` is. `worth`: of states, lookahead, adjustment, restraint."""
        self._usual = np.asarray(shares, np.float64) / np.sum(shares)
        self._states, self._lookahead, adjustment, restraint = (float(each) for each in worth)
        self._debiasing = Debiasing(self._usual, adjustment, restraint)

    def weighed(self, said: Said, parts: Parts) -> tuple[Floats, dict[str, Floats]]:
        """The mixture over `LABELS` (8,), and the one that each active part proposes."""
        usual = np.log(self._usual)
        logs, opinions = usual, {}
        if parts.model:
            opinions["model"] = said.model
            logs = _logs(said.model)
        if parts.states:
            opinions["states"] = said.states
            logs = logs + (self._states if parts.model else 1.0) * (_logs(said.states) - usual)
        if parts.lookahead:
            gain = advantage(said.expected, shares_of(logs))
            opinions["lookahead"] = shares_of(usual + gain)
            logs = logs + self._lookahead * gain
        if parts.debias:
            opinions["debias"] = shares_of(self._debiasing.debiased(usual, said.used))
            logs = self._debiasing.debiased(logs, said.used)
        return shares_of(logs), opinions


def shares_of(logs: Floats) -> Floats:
    """Logarithms (8,) to shares that sum to 1."""
    powers = np.exp(logs - logs.max())
    shares: Floats = powers / powers.sum()
    return shares


def _logs(shares: Floats) -> Floats:
    logs: Floats = np.log(np.maximum(shares, LEAST))
    return logs
