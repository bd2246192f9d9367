"""`UserState` and the stages of support: a finite-state machine over what the user does."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.types import Stage
from dialogue.esconv import LABELS

Floats = NDArray[np.float64]
STAGES = tuple(Stage)
HEARD_OUT = 3
"""Turns in one stage after which a calm user has told enough for the next."""
COMFORTED = 4
"""The same for a user who feels bad: comfort is not cut short."""
STRENGTH = 12.0
"""Turns' worth of belief that a state's strategies are those of its stage; and a stage's those of all."""


class UserState(StrEnum):
    """What the user does with their newest turn."""

    OPENING = "opening"
    TELLING = "telling"
    DISTRESSED = "distressed"
    ASKING = "asking"
    RELIEVED = "relieved"
    LEAVING = "leaving"


USER_STATES = tuple(UserState)


def stage_of(states: Sequence[UserState]) -> Stage:
    """The stage after the user's turns so far; exploration before anything was said.

    Exploration, comforting and action as in ESConv (Liu et al., ACL 2021), after Hill's helping skills. The order is
    not fixed: asking for an idea leads to action from anywhere, new distress back to comforting.
    """
    stage, since = Stage.EXPLORATION, 0
    for at, state in enumerate(states):
        following = _next(stage, state, since, fresh=at == 0 or states[at - 1] is not UserState.DISTRESSED)
        since = since + 1 if following is stage else 0
        stage = following
    return stage


def _next(stage: Stage, state: UserState, since: int, *, fresh: bool) -> Stage:
    if state is UserState.ASKING and (stage is not Stage.EXPLORATION or since > 0):
        return Stage.ACTION
    if stage is Stage.EXPLORATION:
        if state is UserState.RELIEVED and since >= HEARD_OUT:
            return Stage.ACTION
        told = HEARD_OUT - 1 if state is UserState.DISTRESSED else HEARD_OUT
        return Stage.COMFORTING if since >= told and state is not UserState.OPENING else stage
    if stage is Stage.COMFORTING:
        enough = since >= (COMFORTED if state is UserState.DISTRESSED else HEARD_OUT)
        return Stage.ACTION if enough or state in {UserState.RELIEVED, UserState.LEAVING} else stage
    return Stage.COMFORTING if state is UserState.DISTRESSED and fresh and since > 0 else stage


class States:
    """What supporters do in each stage with a user in each state."""

    def __init__(self, table: NDArray[Any]) -> None:
        """`table`: stages x user states x labels, each row sums to 1."""
        self._table = table.astype(np.float64)

    def mixture(self, stage: Stage, state: UserState) -> Floats:
        """Shares of `dialogue.esconv.LABELS` (8,)."""
        shares: Floats = self._table[STAGES.index(stage), USER_STATES.index(state)]
        return shares


def fit_states(
    places: Sequence[tuple[Stage, UserState]], truth: NDArray[np.int64], weights: Floats
) -> NDArray[np.float32]:
    """The table of `States` from the stage and state before each of the supporter's turns and the label it then had.

    Counts are drawn towards the stage's own shares, and those towards the shares of all, as far as they are few.
    """
    counts = np.zeros((len(STAGES), len(USER_STATES), len(LABELS)))
    for (stage, state), label, weight in zip(places, truth, weights, strict=True):
        counts[STAGES.index(stage), USER_STATES.index(state), label] += weight
    whole = counts.sum(axis=(0, 1)) + 1
    by_stage = counts.sum(axis=1) + STRENGTH * whole / whole.sum()
    by_stage /= by_stage.sum(axis=1, keepdims=True)
    table = counts + STRENGTH * by_stage[:, None, :]
    shares: NDArray[np.float32] = (table / table.sum(axis=2, keepdims=True)).astype(np.float32)
    return shares
