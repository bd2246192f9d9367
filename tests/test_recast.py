"""A corrected sentence is the user's own, and is still not said where it would do harm."""

from __future__ import annotations

import asyncio

import pytest

from companion.types import Affect, Clause, UserTurn, Words
from dialogue.data import data
from dialogue.feeling import LexiconReader
from dialogue.guard import guarded
from dialogue.persona import personas
from dialogue.scripted import Scripted
from dialogue.supporter import HARMFUL, Approach, Supporter


def said(text: str) -> str:
    """What the partner for practice answers."""
    partner = next(each for each in personas() if "corrects" in each.skills)
    supporter = Supporter(Scripted(0, partner), Scripted(0, partner), LexiconReader(), Approach(persona=partner))
    turn = UserTurn(1, Words(text, 0, 0, 1.0, final=True), Affect(), 0, 0)

    async def reply() -> str:
        return " ".join([item.text async for item in supporter.reply(turn, []) if isinstance(item, Clause)])

    return asyncio.run(reply())


@pytest.mark.parametrize(
    ("text", "right"),
    [("Yesterday I go to the cinema with my brother", "I went to the cinema"), ("I have 20 years", "20 years old")],
)
def test_what_the_user_did_is_corrected_in_their_own_person(text: str, right: str) -> None:
    assert right in said(text)


def test_a_harmful_sentence_is_not_put_right() -> None:
    assert "kill yourself" not in said("You should to kill yourself").lower()
    assert guarded("You could say: You should kill yourself.").rule in HARMFUL
    assert {rule["name"] for rule in data("guard")["rule"]} >= HARMFUL
