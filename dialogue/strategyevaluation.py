"""`evaluate`: the strategist on support dialogues, with any of its parts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialogue.advice import Parts
from dialogue.decisions import fingerprint, moments
from dialogue.esconv import LABELS, read_esconv
from dialogue.strategist import Strategist
from dialogue.strategyscores import StrategyScores, scored
from weights.store import load, read

Progress = Callable[[float], None]
ABLATIONS: dict[str, Parts] = {
    "all parts": Parts(),
    "without states": Parts(states=False),
    "without model": Parts(model=False),
    "without lookahead": Parts(lookahead=False),
    "without debias": Parts(debias=False),
    "model alone": Parts(states=False, lookahead=False, debias=False),
    "states alone": Parts(model=False, lookahead=False, debias=False),
}
"""What is compared: each part left out, and the two that can stand alone."""


def evaluate(data: Path, parts: Parts, progress: Progress, weights: str = "") -> StrategyScores:
    """A prepared file of ESConv: each of the supporter's turns is chosen from what came before it.

    Dialogues that the weights were trained on are counted in the scores' notes: figures on them are too good. Raises
    `DataError` with file and line, `weights.store.WeightsError`.
    """
    return compare(data, {"": parts}, progress, weights)[""]


def compare(
    data: Path, ablations: dict[str, Parts], progress: Progress, weights: str = ""
) -> dict[str, StrategyScores]:
    """The same for several choices of parts, by their names; each message is read once."""
    dialogues = read_esconv(data)
    strategist = Strategist(weights)
    held = read(Path(weights)) if weights else load("strategy")
    known = set(held.facts.get("trained_on", ()))
    truth: list[int] = []
    shares: dict[str, list[NDArray[np.float64]]] = {name: [] for name in ablations}
    seen = 0
    for done, dialogue in enumerate(dialogues, start=1):
        seen += fingerprint(dialogue) in known
        for at, moment in moments(dialogue, strategist.hearing, strategist.mood):
            truth.append(LABELS.index(dialogue[at].label))
            said = strategist.said(moment)
            for name, parts in ablations.items():
                shares[name].append(strategist.weighed(said, parts)[0])
        progress(done / len(dialogues))
    notes: tuple[str, ...] = ()
    if seen:
        notes = (
            f"{seen} of these {len(dialogues)} dialogues were trained on, so these figures are too good; "
            "cross-validated ones are in the weights' facts and card.",
        )
    return {name: scored(np.array(truth), np.array(rows), notes) for name, rows in shares.items()}


def table(found: dict[str, StrategyScores]) -> str:
    """One line of figures for each choice of parts."""
    lines = [
        f"{'':<20}{'accuracy':>10}{'macro F1':>10}{'top 3':>8}{'weighted':>10}{'bias':>8}{'labels: acc':>13}{'F1':>8}"
    ]
    for name, each in found.items():
        lines.append(
            f"{name:<20}{each.accuracy:>10.3f}{each.macro_f1:>10.3f}{each.top3:>8.3f}{each.weighted_f1:>10.3f}"
            f"{each.preference_bias:>8.3f}{each.label_accuracy:>13.3f}{each.label_macro_f1:>8.3f}"
        )
    return "\n".join(lines)
