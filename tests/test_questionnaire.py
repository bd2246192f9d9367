"""Five questions, a persona that fits, and its looks where nobody chose others."""

from __future__ import annotations

import itertools
import json
from collections import Counter

import pytest
from typer.testing import CliRunner

from companion.cli import app
from companion.dressing import dressed
from companion.registry import EngineUnavailableError
from companion.settings import Settings
from dialogue.persona import personas
from dialogue.questionnaire import match, questions

RUN = CliRunner()


def test_there_are_five_questions_and_every_persona_can_be_matched() -> None:
    asked = questions()
    assert len(asked) == 5
    every = itertools.product(*(range(1, len(each.answers) + 1) for each in asked))
    first = Counter(match(answers)[0].persona for answers in every)
    assert set(first) == {each.key for each in personas()}
    assert min(first.values()) > 0.1 * sum(first.values())


@pytest.mark.parametrize(
    ("answers", "persona"), [((1, 1, 2, 1, 1), "mira"), ((3, 2, 3, 3, 3), "tomas"), ((2, 3, 1, 2, 2), "amara")]
)
def test_clear_answers_find_whom_they_mean(answers: tuple[int, ...], persona: str) -> None:
    found = match(answers)
    assert found[0].persona == persona
    assert found[0].score > 0.6
    assert sum(each.score for each in found) == pytest.approx(1, abs=0.01)
    assert all(each.reason.startswith("Because ") for each in found)


@pytest.mark.parametrize("answers", [(), (1, 1, 1, 1), (1, 1, 1, 1, 9), (0, 1, 1, 1, 1)])
def test_answers_that_do_not_exist_are_refused_in_one_line(answers: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="question"):
        match(answers)


def test_the_commands_show_match_and_refuse() -> None:
    told = RUN.invoke(app, ["persona", "match", "--answers", "3,2,3,3,3", "--json"])
    assert json.loads(told.stdout)[0]["persona"] == "tomas"
    assert "Amara" in RUN.invoke(app, ["persona", "list"]).stdout
    assert "corrects" in RUN.invoke(app, ["persona", "show", "tomas"]).stdout
    for wrong in (["match", "--answers", "a,b"], ["match", "--answers", "1,2"], ["show", "tomass"]):
        refused = RUN.invoke(app, ["persona", *wrong])
        assert refused.exit_code == 2
        assert len(refused.stderr.strip().split("\n")) == 1


def test_a_persona_brings_its_looks_unless_others_were_chosen() -> None:
    tomas = dressed(Settings(persona="tomas"))
    assert (tomas.avatar, tomas.voice) == ("tomas", "david")
    own = dressed(Settings(persona="tomas", avatar="amara"))
    assert own.avatar == "amara"
    back = dressed(tomas.changed(persona="amara"), tomas)
    assert (back.avatar, back.voice) == ("amara", "rose")
    with pytest.raises(EngineUnavailableError, match="did you mean 'tomas'"):
        dressed(Settings(persona="tomass"))
