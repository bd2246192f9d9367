"""`Rehearsal`: one card played against the supporter, turn by turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from companion.engines import TextReader
from companion.types import Affect, Clause, Message, Notice, Plan, UserTurn, Words
from dialogue.cards import Card
from dialogue.keeper import Keeper
from dialogue.seeker import Seeker
from dialogue.supporter import Supporter

TURN_SEC, LINE_SEC = 20.0, 6.0
"""How far apart turns lie on the played clock, and how long a line takes to be said."""


@dataclass(frozen=True, slots=True)
class Played:
    """One turn: what the seeker said and its feeling by the words reader, and the reply with its plan.

    `notices` are what the supporter told of failures.
    """

    line: str
    affect: Affect
    plan: Plan
    reply: str
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A whole dialogue over a card."""

    card: Card
    turns: tuple[Played, ...]

    @property
    def replies(self) -> tuple[str, ...]:
        """What the supporter said, in order."""
        return tuple(turn.reply for turn in self.turns)


async def rehearse(card: Card, seeker: Seeker, supporter: Supporter, reader: TextReader, turns: int) -> Rehearsal:
    """Play a card for so many turns; every reply counts as heard to its end.

    The supporter begins anew first (`renew`). Raises `ValueError` for less than one turn, `EngineError` from the model
    of a seeker.
    """
    if turns < 1:
        raise ValueError(f"a conversation needs at least one turn, not {turns}")
    renew(supporter)
    history: list[Message] = []
    played = []
    for number in range(1, turns + 1):
        line = await seeker.say(history)
        turn = await answered(number, line, history, (supporter, reader))
        history += [Message("user", line), Message("assistant", turn.reply)]
        played.append(turn)
    return Rehearsal(card, tuple(played))


def renew(supporter: Supporter) -> None:
    """Begin a talk of which the supporter knows nothing but what its keeper remembers.

    `Supporter.reset` erases that too: it is what a person means by "forget me", and a played talk says nothing of the
    kind.
    """
    keeper, supporter.keeper = supporter.keeper, Keeper()
    try:
        supporter.reset()
    finally:
        supporter.keeper = keeper
    keeper.begin()


async def answered(
    number: int, line: str, history: Sequence[Message], listeners: tuple[Supporter, TextReader]
) -> Played:
    """One line of somebody answered by the supporter, with the feeling that the reader finds in it."""
    supporter, reader = listeners
    affect = reader.read(line, history).affect
    start = number * TURN_SEC
    words = Words(line, start, start + LINE_SEC, final=True)
    turn = UserTurn(number, words, affect, start, start + LINE_SEC, {"words": affect})
    plan: Plan | None = None
    clauses, notices = [], []
    async for item in supporter.reply(turn, history):
        match item:
            case Plan():
                plan = item
            case Clause(text=text):
                clauses.append(text)
            case Notice(message=message):
                notices.append(message)
    if plan is None:
        raise RuntimeError("the supporter answered without a plan")
    return Played(line, affect, plan, " ".join(clauses), tuple(notices))
