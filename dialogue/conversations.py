"""`evaluate`: plays every card of a deck against the supporter, measures the dialogues and lets models judge them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from companion.engines import LanguageModel, TextReader
from dialogue.cards import Deck
from dialogue.conversationscores import ConversationScores, score
from dialogue.judge import Judged, Rater, judged, pooled
from dialogue.modelseeker import ModelSeeker
from dialogue.rehearsals import Rehearsal, rehearse
from dialogue.seeker import ScriptedSeeker
from dialogue.supporter import Supporter


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part: the supporter and the words reader; `player` plays the cards (None: the scripted seeker).

    `player_name` is how the figures call it. `raters` judge the dialogues; none: only the built-in measures are given.
    """

    supporter: Supporter
    reader: TextReader
    player: LanguageModel | None = None
    raters: Sequence[Rater] = ()
    player_name: str = "model"


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The played dialogues, the built-in measures, and, quite apart, what the judges say (None: there were none)."""

    rehearsals: tuple[Rehearsal, ...]
    measures: ConversationScores
    judge: Judged | None
    seeker: str
    left_out: int

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON: `n`, `turns`, `seeker`, `left_out`, and apart from one another `measures` and `judge`."""
        measures = self.measures.as_dict()
        head = {
            "n": measures.pop("n"),
            "turns": measures.pop("turns"),
            "seeker": self.seeker,
            "left_out": self.left_out,
        }
        return {**head, "measures": measures, "judge": self.judge.as_dict() if self.judge else None}

    def __str__(self) -> str:
        told = [f"seeker: {self.seeker}", str(self.measures)]
        if self.left_out:
            told.append(f"{self.left_out} cards were left out: they are not in English")
        told.append(str(self.judge) if self.judge else "no judge: the measures above are the built-in ones")
        return "\n".join(told)


async def evaluate(
    deck: Deck,
    cast: Cast,
    turns: int = 8,
    seed: int = 0,
    progress: Callable[[float], None] = lambda _: None,
) -> Evaluated:
    """Play so many turns of each card.

    Raises `ValueError` for less than one turn, `EngineError` when a model that plays or judges fails.
    """
    played, judgements = [], []
    for count, card in enumerate(deck.cards, start=1):
        seeker = ScriptedSeeker(card, seed) if cast.player is None else ModelSeeker(cast.player, card)
        rehearsal = await rehearse(card, seeker, cast.supporter, cast.reader, turns)
        played.append(rehearsal)
        if cast.raters:
            judgements.append(await judged(rehearsal, cast.raters))
        progress(count / len(deck.cards))
    return Evaluated(
        tuple(played),
        score(played, scripted=cast.player is None),
        pooled(judgements) if judgements else None,
        "scripted" if cast.player is None else cast.player_name,
        deck.left_out,
    )
