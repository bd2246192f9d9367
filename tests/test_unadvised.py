"""What the rules make of somebody who wants no advice, and of good news after a worry."""

from __future__ import annotations

import pytest

from companion.types import STRATEGIES, Message, Stage
from dialogue.felt import Felt
from dialogue.rules import INFORM, SUGGEST, ruled
from dialogue.safety import Danger
from dialogue.talk import Talk

CALM = Danger()


def talk(*said: str) -> Talk:
    lines = [Message(role, text) for text in said[:-1] for role, text in (("user", text), ("assistant", "I see."))]
    return Talk.of(said[-1], lines)


@pytest.mark.parametrize("refused", ["I don't want advice", "no quiero consejos"])
def test_refused_advice_is_answered_by_listening_and_nothing_is_suggested_for_a_while(refused: str) -> None:
    ruling = ruled(talk(refused), Felt("neutral", 0.2), CALM)
    assert ruling.fixed
    assert "no advice" in ruling.reason
    assert not {SUGGEST, INFORM} & set(ruling.mixture)
    later = ruled(talk(refused, "it hurts", "I miss her", "I am tired"), Felt("sad", 0.6), CALM, Stage.ACTION)
    assert not later.mixture.get(SUGGEST)
    assert INFORM not in later.mixture
    assert "small step" not in later.reason
    assert set(later.mixture) <= set(STRATEGIES)


def test_who_asks_after_all_is_given_an_idea() -> None:
    asked = talk("I don't want advice", "it hurts", "what should I do?")
    assert ruled(asked, Felt("sad", 0.6), CALM).mixture[SUGGEST] > 0
    assert not talk("I don't want advice", "it hurts", "what should I do?", "thanks").unadvised


def test_good_news_ends_a_passing_worry_and_no_grief() -> None:
    told = ("I have an exam on Friday and I am nervous", "the exam went well!", "I am going out tonight")
    assert not talk(*told).burdened
    assert talk(*told).situation == ""
    assert talk("my father died", "I got the job!", "it is sunny").situation == "bereavement"
