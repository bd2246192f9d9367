"""The stages of support, and the user states that move them."""

from __future__ import annotations

import numpy as np
import pytest

from companion.types import Stage
from dialogue.esconv import LABELS
from dialogue.stages import States, UserState, fit_states, stage_of

TELLING, DISTRESSED, ASKING = UserState.TELLING, UserState.DISTRESSED, UserState.ASKING
RELIEVED, OPENING, LEAVING = UserState.RELIEVED, UserState.OPENING, UserState.LEAVING


@pytest.mark.parametrize(
    ("states", "stage"),
    [
        ([], Stage.EXPLORATION),
        ([OPENING], Stage.EXPLORATION),
        ([OPENING, TELLING], Stage.EXPLORATION),
        ([OPENING, TELLING, DISTRESSED], Stage.COMFORTING),
        ([TELLING, TELLING, TELLING, TELLING], Stage.COMFORTING),
        ([OPENING, TELLING, ASKING], Stage.ACTION),
        ([TELLING, DISTRESSED, DISTRESSED, RELIEVED], Stage.ACTION),
        ([TELLING, ASKING, TELLING, DISTRESSED], Stage.COMFORTING),
        ([TELLING] * 12, Stage.ACTION),
        ([TELLING] * 8 + [LEAVING], Stage.ACTION),
    ],
)
def test_the_stage_follows_the_user(states: list[UserState], stage: Stage) -> None:
    assert stage_of(states) is stage


def test_distress_that_goes_on_is_comforted_longer() -> None:
    assert stage_of([TELLING, TELLING] + [DISTRESSED] * 4) is Stage.COMFORTING
    assert stage_of([TELLING, TELLING, DISTRESSED] + [TELLING] * 4) is Stage.ACTION


def test_what_is_rare_leans_on_its_stage() -> None:
    places = [(Stage.EXPLORATION, TELLING)] * 80 + [(Stage.ACTION, TELLING)] * 80
    truth = np.array([0] * 80 + [5] * 80)
    states = States(fit_states(places, truth, np.ones(160)))
    assert states.mixture(Stage.EXPLORATION, TELLING).sum() == pytest.approx(1)
    assert states.mixture(Stage.EXPLORATION, TELLING).argmax() == 0
    # Nobody asked in this data: the stage alone speaks.
    assert LABELS[states.mixture(Stage.ACTION, ASKING).argmax()] == "Providing Suggestions or Information"
