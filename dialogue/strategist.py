"""`Strategist`: what would help now, from four parts that can each be switched off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from companion.types import STRATEGIES
from dialogue.advice import Advice, Exchange, Parts
from dialogue.esconv import LABELS, STANDS_FOR
from dialogue.hearing import Hearing
from dialogue.lookahead import Lookahead
from dialogue.mood import Mood
from dialogue.stages import States, UserState, stage_of
from dialogue.strategyfeatures import Moment
from dialogue.strategymodel import StrategyModel
from dialogue.weighing import Said, Weighing
from weights.store import Weights, load, read

__all__ = ["Advice", "Exchange", "Parts", "Strategist"]
Floats = NDArray[np.float64]
_DOING: Mapping[UserState, str] = {
    UserState.OPENING: "They have just arrived",
    UserState.TELLING: "They are telling what is going on",
    UserState.DISTRESSED: "They feel bad as they tell this",
    UserState.ASKING: "They asked for an idea or an opinion",
    UserState.RELIEVED: "They sound a little lighter",
    UserState.LEAVING: "They are taking their leave",
}
_HELPING: Mapping[str, str] = {
    "Question": "an open question may help them say more",
    "Restatement or Paraphrasing": "saying it back shows that they were heard",
    "Reflection of feelings": "naming the feeling may help them feel understood",
    "Self-disclosure": "something shared may make them feel less alone with it",
    "Affirmation and Reassurance": "some encouragement may do them good",
    "Providing Suggestions": "one small idea may help now",
    "Information": "something worth knowing may help now",
    "Others": "a few warm words are enough",
}


class Strategist:
    """Weighs what supporters do, what the stage asks for, what is likely to help, and what was used too often."""

    def __init__(self, weights: str = "", parts: Parts = Parts()) -> None:  # noqa: B008 - frozen
        """`weights`: a file that `companion train strategy` wrote; empty: ours. Raises `weights.store.WeightsError`."""
        held: Weights = read(Path(weights)) if weights else load("strategy")
        self.parts = parts
        self.hearing = Hearing()
        self.mood = Mood(held.arrays)
        self._speakers, self._weighing = Speakers(held), Weighing(held["debias.shares"], held["worth"])

    def advise(self, exchange: Exchange) -> Advice:
        """What to do after the user's newest message; also where nothing was said yet."""
        moment = Moment.of(exchange, self.hearing, self.mood)
        said = self.said(moment)
        labels, opinions = self.weighed(said, self.parts)
        mixture = opened(labels, said.informing)
        return Advice(
            mixture,
            {name: opened(shares, said.informing) for name, shares in opinions.items()},
            stage_of(moment.states),
            tuple(float(p) for p in (moment.course[-1] if len(moment.course) else self.mood.start)),
            moment.persistent,
            _outlook(said.expected),
            _reason(mixture, moment.state, lasting=moment.persistent),
            tuple(float(p) for p in labels),
        )

    def said(self, moment: Moment) -> Said:
        """What the parts say of a moment, before they are weighed."""
        return self._speakers.said(moment)

    def weighed(self, said: Said, parts: Parts) -> tuple[Floats, dict[str, Floats]]:
        """The mixture over `LABELS` (8,) by some of the parts, and what each of these proposes."""
        return self._weighing.weighed(said, parts)

    def forget(self) -> None:
        """Drop the messages whose reading was kept."""
        self.hearing.forget()


class Speakers:
    """What the parts of one weights file say of a moment."""

    def __init__(self, held: Weights) -> None:
        """Raises `weights.store.WeightsError` where something is missing."""
        self._model, self._states = StrategyModel(held.arrays), States(held["states.table"])
        self._lookahead = Lookahead(held.arrays)

    def said(self, moment: Moment) -> Said:
        """Their opinions before they are weighed."""
        features = moment.features()
        return Said(
            self._model.probabilities(features),
            self._states.mixture(stage_of(moment.states), moment.state),
            self._lookahead.expected(moment.outlook_state()),
            moment.strategies,
            self._model.informing(features),
        )


def opened(labels: Floats, informing: float) -> tuple[float, ...]:
    """A mixture over `STRATEGIES` for one over `LABELS`: the merged label is split, greetings are among the others."""
    mixture = dict.fromkeys(STRATEGIES, 0.0)
    for label, share in zip(LABELS, labels, strict=True):
        names = STANDS_FOR[label]
        parts = (1 - informing, informing) if len(names) == 2 else (1.0,)
        for name, part in zip(names, parts, strict=True):
            mixture[name] += float(share) * part
    return tuple(mixture.values())


def _outlook(expected: Floats) -> dict[str, float]:
    """The expected change for each strategy; a greeting's own is not told."""
    return {
        name: round(float(change), 4)
        for label, change in zip(LABELS, expected[:, 0], strict=True)
        if label != "Greeting"
        for name in STANDS_FOR[label]
    }


def _reason(mixture: Sequence[float], state: UserState, *, lasting: bool) -> str:
    """One plain sentence."""
    leading = STRATEGIES[int(np.argmax(mixture))]
    doing = "They have felt bad for a while" if lasting and state is not UserState.LEAVING else _DOING[state]
    return f"{doing}, so {_HELPING[leading]}."
