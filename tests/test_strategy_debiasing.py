"""Preference bias as published, and the step that lowers it."""

from __future__ import annotations

import numpy as np
import pytest

from dialogue.debiasing import Debiasing, preference_bias
from dialogue.esconv import FOLDED, LABELS
from dialogue.lookahead import BEST, Lookahead, advantage, fit_lookahead


def test_a_planner_without_favourites_has_no_bias() -> None:
    even = np.full((4, 4), 5) + 20 * np.eye(4, dtype=int)
    bias, strengths = preference_bias(even)
    assert bias == pytest.approx(0, abs=1e-6)
    assert strengths == pytest.approx(1)
    assert preference_bias(np.diag([3, 9, 1]))[0] == pytest.approx(0)


def test_two_strategies_have_the_odds_of_their_errors() -> None:
    # Bradley-Terry of two is exact: the first was said for the second three times as often as the other way round.
    bias, strengths = preference_bias(np.array([[10, 2], [6, 10]]))
    assert strengths == pytest.approx([1.5, 0.5], abs=0.01)
    assert bias == pytest.approx(0.5, abs=0.01)


def test_strengths_solve_the_likelihood_equations() -> None:
    confusion = np.array([[9, 4, 1], [7, 3, 2], [8, 5, 2]])
    _, p = preference_bias(confusion)
    wins = confusion.T.astype(float)
    for i in range(3):
        others = [j for j in range(3) if j != i]
        won = sum(wins[i, j] for j in others)
        expected = sum((wins[i, j] + wins[j, i]) * p[i] / (p[i] + p[j]) for j in others)
        assert won == pytest.approx(expected, rel=0.01)
    assert p.mean() == pytest.approx(1)


def test_favouring_one_strategy_raises_the_bias_and_absent_ones_are_left_out() -> None:
    mild = np.array([[20, 5, 0], [8, 20, 0], [0, 0, 0]])
    strong = np.array([[20, 1, 0], [25, 3, 0], [0, 0, 0]])
    low, strengths = preference_bias(mild)
    assert low < preference_bias(strong)[0]
    assert np.isnan(strengths[2])
    always = np.array([[20, 0, 0], [20, 0, 0], [20, 0, 0]])
    assert np.isfinite(preference_bias(always)[0])
    assert preference_bias(always)[0] > 1


def test_what_was_used_too_often_is_held_back_and_rare_labels_are_raised() -> None:
    shares = np.array([0.3, 0.1, 0.1, 0.1, 0.15, 0.15, 0.05, 0.05])
    logs = np.log(shares)
    step = Debiasing(shares, 0.0, 0.5)
    question, affirm = LABELS.index("Question"), LABELS.index("Affirmation and Reassurance")
    assert step.debiased(logs, ()) == pytest.approx(logs)
    often = step.debiased(logs, [FOLDED.index("Question")] * 8)
    assert often[question] < logs[question]
    assert often[affirm] == pytest.approx(logs[affirm])
    more = step.debiased(logs, [FOLDED.index("Question")] * 20)
    assert more[question] < often[question]
    assert step.debiased(logs, [-1] * 9) == pytest.approx(logs)
    raised = Debiasing(shares, 0.4, 0.0).debiased(logs, ())
    assert raised[-1] - raised[0] > logs[-1] - logs[0]


def test_lookahead_learns_which_strategy_does_good() -> None:
    random = np.random.default_rng(0)
    n = 600
    states = np.column_stack([np.ones(n), random.uniform(-0.5, 0.5, (n, 4))]).astype(np.float32)
    truth = random.integers(0, len(LABELS), n)
    good = LABELS.index("Affirmation and Reassurance")
    changes = 0.3 * (truth == good) - 0.4 * states[:, 1] + random.normal(0, 0.05, n)
    ratings = np.where(random.random(n) < 0.5, np.nan, (truth == good) - 0.2)
    expected = Lookahead(fit_lookahead(states, truth, changes, ratings)).expected(states[0])
    assert expected[:, 0].argmax() == expected[:, 1].argmax() == good
    assert expected[good, 0] - np.delete(expected[:, 0], good).mean() == pytest.approx(0.3, abs=0.12)
    shares = np.full(len(LABELS), 0.05)
    shares[[0, good, 2, 3]] = 0.2
    gain = advantage(expected, shares / shares.sum())
    assert gain.argmax() == good
    assert np.count_nonzero(gain) <= BEST
    # What the other parts hold unlikely is not raised for its outlook.
    unlikely = np.where(np.arange(len(LABELS)) == good, 1e-4, 1.0)
    assert advantage(expected, unlikely / unlikely.sum())[good] == 0
