"""The seekers: the scripted one reacts to what was really said; the other is any language model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest

from companion.engines import EngineError
from companion.types import Message, Plan
from dialogue.cards import Card
from dialogue.danger import danger
from dialogue.data import data
from dialogue.modelseeker import LONGEST, ModelSeeker
from dialogue.seeker import ScriptedSeeker, heard

CARD = Card(
    "1",
    "Her sister lied to her about money and she is sad.",
    ("My sister lied to me about the money.", "I found the letters last week.", "I don't know how to face her.",
     "We used to be close.", "Mother does not know yet."),
)  # fmt: skip
WARM = "I'm so sorry. Your sister lied about the money, and that must make you sad."
BLANK = "Bananas are yellow."


def play(replies: Sequence[str], seed: int = 0) -> tuple[list[str], float]:
    """What the seeker says around the replies, and its mood at the end."""
    seeker = ScriptedSeeker(CARD, seed)
    history: list[Message] = []
    said = []
    for reply in (*replies, ""):
        said.append(asyncio.run(seeker.say(history)))
        history += [Message("user", said[-1]), Message("assistant", reply)]
    return said, seeker.mood


def test_the_trouble_is_told_piece_by_piece_and_the_same_seed_tells_it_alike() -> None:
    said, _ = play([WARM, "What happened then?", WARM])
    assert CARD.pieces[0] in said[0]
    assert CARD.pieces[1] not in said[0]
    assert CARD.pieces[1] in " ".join(said)
    assert play([WARM, BLANK]) == play([WARM, BLANK])
    assert len({play([WARM, BLANK], seed)[0][0] for seed in range(8)}) > 1


def test_understanding_lifts_the_mood_and_deafness_lowers_it() -> None:
    replies = [WARM, "It sounds as if finding the letters made you sad.", "No wonder you are sad about your sister."]
    assert play(replies)[1] > play([])[1] > play([BLANK, "Cars have four wheels.", "Grass grows."])[1]


def test_a_third_question_in_a_row_and_early_advice_make_it_withdraw() -> None:
    questions = ["What happened?", "And what happened next?", "And what came after?"]
    said, mood = play(questions)
    assert said[3] in data("seeker")["questioned"]
    assert mood < play(questions[:2])[1]
    said, mood = play(["You could talk to her."])
    assert said[1] in data("seeker")["advised"]
    assert mood < play([])[1]


def test_a_sentence_heard_before_is_noticed_and_late_advice_is_welcome() -> None:
    said, _ = play([BLANK, BLANK])
    assert said[2] in data("seeker")["repeated"]
    told = ["I see.", "I understand.", "It makes sense.", "That is a lot."]
    said, _ = play([*told, "You could write her one line."])
    assert any(line in said[-1] for line in data("seeker")["willing"])


def test_a_direct_question_about_safety_is_answered() -> None:
    said, _ = play(["Are you safe right now?"])
    assert said[1] in data("seeker")["answers"]["safety"]


def test_nothing_the_seeker_adds_speaks_of_danger() -> None:
    def lines(value: object) -> list[str]:
        if isinstance(value, str):
            return [value]
        parts = value.values() if isinstance(value, dict) else value
        return [line for part in parts for line in lines(part)]  # type: ignore[attr-defined]  # a TOML table

    table = dict(data("seeker"))
    table["feelings"] = {name: part for name, part in table["feelings"].items() if name != "kinds"}
    assert [line for line in lines(table) if danger(line).risk in {"concern", "crisis"}] == []


def test_what_was_heard_counts_questions_in_a_row() -> None:
    history = [Message("user", "x"), Message("assistant", "Who?"), Message("assistant", "I see."),
               Message("assistant", "Why?"), Message("assistant", "When?")]  # fmt: skip
    assert heard(history).questions == 2
    with pytest.raises(ValueError, match="nothing was said"):
        heard([Message("user", "x")])


class _Model:
    def __init__(self, *pieces: str) -> None:
        self.pieces = pieces
        self.seen: Sequence[Message] = ()

    async def complete(self, messages: Sequence[Message], plan: Plan) -> AsyncGenerator[str, None]:
        self.seen = tuple(messages)
        for piece in self.pieces:
            yield piece


def test_a_model_plays_the_card_with_the_roles_turned_round() -> None:
    model = _Model("I am ", "so tired.\n")
    line = asyncio.run(ModelSeeker(model, CARD).say([Message("user", "Hi."), Message("assistant", "Tell me.")]))
    assert line == "I am so tired."
    assert CARD.problem in model.seen[0].content
    assert [(each.role, each.content) for each in model.seen[-2:]] == [("assistant", "Hi."), ("user", "Tell me.")]


def test_a_model_that_never_ends_is_cut_and_a_silent_one_is_told() -> None:
    endless = asyncio.run(ModelSeeker(_Model(*["On and on. "] * 500), CARD).say([]))
    assert len(endless) <= LONGEST
    with pytest.raises(EngineError, match="said nothing"):
        asyncio.run(ModelSeeker(_Model("  "), CARD).say([]))
