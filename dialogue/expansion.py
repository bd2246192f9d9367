"""`Expansion`: one post grown into a whole dialogue between its writer, played, and the companion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from companion.engines import TextReader
from companion.types import Plan
from dialogue.cards import Card
from dialogue.esconv import FOLDED, folded
from dialogue.rehearsals import Rehearsal, rehearse
from dialogue.seeker import ScriptedSeeker
from dialogue.supporter import Supporter

POST, PLAYED, OWN = "post", "scripted seeker", "companion"
_EMOTIONS = {"sad": "sadness", "angry": "anger", "happy": "joy"}


@dataclass(frozen=True, slots=True)
class Expansion:
    """The dialogue; `engine` is the language engine that worded the companion's lines."""

    post: str
    rehearsal: Rehearsal
    engine: str

    def as_dict(self) -> dict[str, Any]:
        """One line of an ESConv file as `dialogue.esconv.read_esconv` reads it.

        Every line also says who wrote it (`written_by`): `post` where it holds a sentence of the post, else `scripted
        seeker`, or `companion (engine)`. The intensities are null: nobody rated them. The companion's strategies are
        those of its plan, under the file's labels.
        """
        first = self.rehearsal.turns[0].plan
        lines: list[dict[str, Any]] = []
        for turn in self.rehearsal.turns:
            own = any(piece in turn.line for piece in self.rehearsal.card.pieces)
            lines.append({"text": turn.line, "speaker": "usr", "written_by": POST if own else PLAYED})
            label = FOLDED[folded(turn.plan.strategy)]
            lines.append(
                {
                    "text": turn.reply,
                    "speaker": "sys",
                    "strategy": label,
                    "all_strategy": [label],
                    "stage": str(turn.plan.stage),
                    "written_by": f"{OWN} ({self.engine})",
                }
            )
        return {
            "emotion_type": self._emotion(first),
            "problem_type": self._problem(),
            "situation": self.post,
            "init_intensity": None,
            "final_intensity": None,
            "dialog": lines,
        }

    def __str__(self) -> str:
        return "\n".join(
            f"{line['speaker']} [{line['written_by']}]: {line['text']}" for line in self.as_dict()["dialog"]
        )

    def _emotion(self, plan: Plan) -> str:
        return _EMOTIONS.get(plan.emotion, plan.emotion)

    def _problem(self) -> str:
        for turn in self.rehearsal.turns:
            if turn.plan.problem:
                return turn.plan.problem
        return ""


async def expand(
    card: Card, supporter: Supporter, reader: TextReader, *, turns: int = 8, engine: str = ""
) -> Expansion:
    """A dialogue over a post, told piece by piece by a scripted seeker; the same post gives the same dialogue.

    Raises `ValueError` for less than one turn.
    """
    rehearsal = await rehearse(card, ScriptedSeeker(card), supporter, reader, turns)
    return Expansion(card.problem, rehearsal, engine)
