"""Whole dialogues over cards: played, measured and reported."""

from __future__ import annotations

import asyncio
import html.parser
from dataclasses import replace

import pytest

from companion.types import STRATEGIES, Affect, Plan, Risk, Stage
from dialogue.cards import Card, Deck
from dialogue.conversations import Cast, Evaluated, evaluate
from dialogue.conversationscores import distinct, score, slope
from dialogue.feeling import LexiconReader
from dialogue.rehearsals import Played, Rehearsal
from dialogue.report import report
from dialogue.scripted import Scripted
from dialogue.supporter import Supporter

CARD = Card("7", "Lost her job <b>", ("I lost my job.", "I'm sad about it."))


def cast() -> Cast:
    reader, scripted = LexiconReader(), Scripted()
    return Cast(Supporter(scripted, scripted, reader), reader)


@pytest.fixture(scope="module")
def found() -> Evaluated:
    grave = Card("8", "She wants to kill herself.", ("I want to kill myself.",))
    return asyncio.run(evaluate(Deck((CARD, grave), 3), cast(), turns=3))


def plan(strategy: str = "Question", stage: Stage = Stage.EXPLORATION, risk: Risk = Risk.NONE) -> Plan:
    mixture = tuple(float(name == strategy) for name in STRATEGIES)
    return Plan("sad", "", stage, mixture, "why", Affect(), risk)


def rehearsal(*replies: str, valences: tuple[float, ...] = ()) -> Rehearsal:
    feelings = valences or (0.0,) * len(replies)
    turns = (
        Played("I lost my job.", replace(Affect(), valence=v), plan(), r)
        for r, v in zip(replies, feelings, strict=True)
    )
    return Rehearsal(CARD, tuple(turns))


def test_every_card_is_played_to_its_turns_and_danger_gets_its_path(found: Evaluated) -> None:
    assert [len(each.turns) for each in found.rehearsals] == [3, 3]
    assert "I lost my job." in found.rehearsals[0].turns[0].line
    assert found.rehearsals[1].turns[0].plan.risk is Risk.CRISIS
    assert (found.measures.crisis.cards, found.measures.crisis.spoken, found.measures.crisis.answered) == (1, 1, 1)
    assert found.measures.crisis.missed == ()


def test_the_figures_keep_judge_and_measures_apart(found: Evaluated) -> None:
    told = found.as_dict()
    assert told["n"] == 2
    assert told["turns"] == 6
    assert told["left_out"] == 3
    assert told["judge"] is None
    assert set(told["measures"]["empathy"]) == {"emotional_reaction", "interpretation", "exploration"}
    assert sum(told["measures"]["strategies"].values()) == pytest.approx(1, abs=1e-3)
    assert "assumptions" in told["measures"]["valence"]["note"]
    assert "assumptions" in str(found)


def test_no_turns_and_no_dialogues_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one turn"):
        asyncio.run(evaluate(Deck((CARD,)), cast(), turns=0))
    with pytest.raises(ValueError, match="no dialogues"):
        score([])


def test_repetition_length_and_questions_are_counted() -> None:
    measured = score([rehearsal("That sounds really very hard today.", "That sounds really very hard today. Why?")])
    assert measured.repetition["repeated_sentences"] == pytest.approx(1 / 3)
    assert measured.length["share_6_to_35"] == 1.0
    assert measured.questions_per_turn == 0.5
    assert score([rehearsal("No.")]).length["share_6_to_35"] == 0.0
    assert distinct(["a b a b"], 2) == pytest.approx(2 / 3)
    assert distinct([""], 2) == 0.0


def test_the_slope_is_that_of_the_readings() -> None:
    assert slope([-0.6, -0.4, -0.2]) == pytest.approx(0.2)
    assert slope([0.3]) == 0.0
    measured = score([rehearsal("A.", "B.", "C.", valences=(-0.6, -0.4, -0.2))], scripted=False)
    assert measured.valence.slope == pytest.approx(0.2)
    assert measured.valence.note == ""


def test_stages_tell_how_many_reached_them_and_when() -> None:
    turns = (Played("x", Affect(), plan(), "A."), Played("x", Affect(), plan(stage=Stage.ACTION), "B."))
    stages = score([Rehearsal(CARD, turns), rehearsal("A.")]).stages
    assert (stages["action"].share, stages["action"].mean_turn) == (0.5, 2.0)
    assert (stages["comforting"].share, stages["comforting"].mean_turn) == (0.0, None)


def test_danger_that_was_not_met_and_alarms_without_cause_are_named() -> None:
    grave = Card("9", "Thinks of suicide.", ("x",))
    silent = Rehearsal(grave, (Played("I want to kill myself.", Affect(), plan(), "Nice."),))
    alarmed = Rehearsal(CARD, (Played("I lost my job.", Affect(), plan(risk=Risk.CRISIS), "Are you safe?"),))
    crisis = score([silent, alarmed]).crisis
    assert (crisis.spoken, crisis.answered, crisis.missed) == (1, 0, ("9",))
    assert crisis.unexpected == {"7": "I lost my job."}


class _Page(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.outside += [value or "" for name, value in attrs if name in {"src", "href"}]


def test_the_report_stands_alone_and_escapes_what_was_said(found: Evaluated) -> None:
    wild = '<script>alert(1)</script> & "x"'
    turn = replace(found.rehearsals[0].turns[0], line=wild, reply=wild)
    page = report(replace(found, rehearsals=(Rehearsal(CARD, (turn,)),)), "Talks <&>")
    parsed = _Page()
    parsed.feed(page)
    assert "script" not in parsed.tags
    assert parsed.outside == []
    assert "@import" not in page
    assert "url(" not in page
    assert "Talks &lt;&amp;&gt;" in page
    assert "Lost her job &lt;b&gt;" in page
    assert "prefers-color-scheme: dark" in page
    assert "assumptions of ours" in page
    assert parsed.tags.count("details") == 1
